"""How heavy the room page is, and what Lighthouse says of it.

Goals: at most 60 KB over the wire, Lighthouse performance at least 95 and accessibility 100.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from messenger_lab.figures import verdict
from messenger_lab.server import messenger

WEIGHT_KB, PERFORMANCE, ACCESSIBILITY = 60, 95, 100


def weight(browser: Any, url: str) -> dict[str, int]:
    """Bytes received by address, headers included, the live stream not."""
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    received: dict[str, int] = {}
    session.on(
        "Network.responseReceived", lambda event: addresses.update({event["requestId"]: event["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda event: received.update({addresses.get(event["requestId"], "?"): int(event["encodedDataLength"])}),
    )
    session.send("Network.enable")
    page.goto(url)
    page.wait_for_selector("#connection[data-state=live]", timeout=60_000)
    page.close()
    return received


def lighthouse(chromium: str, url: str) -> dict[str, Any] | None:
    """Its report; None where it cannot be had."""
    if not shutil.which("npm"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="lighthouse-"))
    try:
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "lighthouse@12"]
        if subprocess.run(install, cwd=folder, check=False, stdout=sys.stderr).returncode:
            return None
        flags = "--headless=new --disable-gpu" + (" --no-sandbox" if os.geteuid() == 0 else "")
        command = [
            *("node_modules/.bin/lighthouse", url, "--quiet", "--output=json", "--output-path=report.json"),
            *("--only-categories=performance,accessibility", f"--chrome-flags={flags}"),
        ]
        env = {**os.environ, "CHROME_PATH": chromium}
        subprocess.run(command, cwd=folder, check=False, env=env, timeout=180, stdout=sys.stderr)
        return dict(json.loads((folder / "report.json").read_text()))
    except (OSError, subprocess.TimeoutExpired):
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    from playwright.sync_api import sync_playwright
    from tests.servers.chromium import executable, launch_options

    path = executable()
    if path is None:
        sys.exit("no Chromium here: make chromium")
    with messenger("--demo") as server:
        url = f"{server.url}/r/demo"
        with sync_playwright() as playwright:
            received = weight(playwright.chromium.launch(**launch_options()), url)  # type: ignore[arg-type]  # a mixed dict
        for address, size in sorted(received.items(), key=lambda one: -one[1])[:5]:
            print(f"  {size / 1024:6.1f} KB {address.removeprefix(server.url)}")
        total = sum(received.values()) / 1024
        print(f"page: {total:.1f} KB in {len(received)} requests, goal {WEIGHT_KB}: {verdict(total <= WEIGHT_KB)}")
        report = lighthouse(path, url)
    if report is None or report.get("runtimeError"):
        print("Lighthouse not measured: it needs npm and a Chromium that it can drive")
        return
    for name, goal in (("performance", PERFORMANCE), ("accessibility", ACCESSIBILITY)):
        score = round(report["categories"][name]["score"] * 100)
        print(f"Lighthouse {name}: {score}, goal {goal}: {verdict(score >= goal)}")
        for audit in report["categories"][name]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if audit["weight"] and found["score"] is not None and found["score"] < 0.9:
                print(f"  {found['title']}: {found.get('displayValue', found['score'])}")


if __name__ == "__main__":
    main()
