"""How long `blueprints spotify` takes to its first complete picture, and `spotify status` to its answer.

Each beside a process that does the unavoidable part: `import textual.app`; `import click, httpx` and one GET. Runs are
interleaved; medians and ratios are printed with the targets (2.2 and 1.6).

    python benchmarks/spotify_start.py [--runs 9]
"""

import argparse
import statistics
import subprocess
import sys
import time

from spotify.terminal import PROGRAM, Fake, Terminal, fake

LAST_PART = b"help"
"""The line of hints is drawn last."""


def first_picture(running: Fake) -> float:
    terminal = Terminal([PROGRAM, "spotify"], running.environment())
    try:
        terminal.wait_for(b"Search")
        return terminal.wait_for(LAST_PART)
    finally:
        terminal.close()


def timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with fake() as running:
        running.sign_in()
        environment = running.environment()
        token = running.control("sign-in")["access_token"]
        url = f"{running.url}/v1/me/player"
        get = (
            f"import click, httpx; httpx.get({url!r}, headers={{'Authorization': 'Bearer {token}'}}).raise_for_status()"
        )
        samples: dict[str, list[float]] = {"app": [], "textual": [], "status": [], "get": []}
        for run in range(runs + 1):
            found = {
                "textual": timed([sys.executable, "-c", "import textual.app"], environment),
                "app": first_picture(running),
                "get": timed([sys.executable, "-c", get], environment),
                "status": timed([PROGRAM, "spotify", "status"], environment),
            }
            if run:  # the first one warms the disk
                for name, seconds in found.items():
                    samples[name].append(seconds)
    median = {name: statistics.median(values) * 1000 for name, values in samples.items()}
    for ours, theirs, target in (("app", "textual", 2.2), ("status", "get", 1.6)):
        ratio = statistics.median(a / b for a, b in zip(samples[ours], samples[theirs], strict=True))
        verdict = "met" if ratio <= target else "MISSED"
        print(f"{ours}: {median[ours]:.0f} ms, {theirs}: {median[theirs]:.0f} ms", end="; ")
        print(f"ratio {ratio:.2f} (target {target}) {verdict}")


if __name__ == "__main__":
    main()
