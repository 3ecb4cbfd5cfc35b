"""Resident memory of the app with a list of 10,000 loaded rows (target 90 MB, aim 78 MB), beside an empty Textual app.

python benchmarks/spotify_memory.py [--rows 10000]
"""

import argparse
import sys

from spotify.long_list import ROWS, opened
from spotify.terminal import Terminal, fake

TARGET_MB, AIM_MB = 90, 78
EMPTY = "from textual.app import App\nclass Empty(App): pass\nEmpty().run()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with fake() as running:
        terminal = opened(running, rows)
        ours = terminal.resident_mb()
        terminal.close()
        empty = Terminal([sys.executable, "-c", EMPTY], running.environment())
        empty.wait_for(b"\x1b[?1049h")
        empty.drain(1.0)
        theirs = empty.resident_mb()
        empty.close()
    verdict = "MISSED" if ours > TARGET_MB else "met" + (", aim met" if ours < AIM_MB else "")
    print(
        f"{rows} rows: {ours:.1f} MB resident (target {TARGET_MB}, aim {AIM_MB}) {verdict}; "
        f"an empty Textual app: {theirs:.1f} MB"
    )


if __name__ == "__main__":
    main()
