"""Runs every benchmark beside this file, one after the other, and keeps what they print in RESULTS.md."""

import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_BENCHMARKS = {
    "all",
    "http_load",
    "notifier_setting",
    "notifier_sink",
    "orders_peer",
    "orders_service",
    "timing",
    "vote_recording",
}


def main() -> None:
    scripts = sorted(path for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    parts = [f"# Figures\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}.\n"]
    for script in scripts:
        print(f"== {script.stem}", flush=True)
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
        text = done.stdout.strip() or done.stderr.strip().splitlines()[-1]
        print(text, flush=True)
        parts.append(f"## {script.stem}\n\n```\n{text}\n```\n")
    (FOLDER / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    import os

    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
