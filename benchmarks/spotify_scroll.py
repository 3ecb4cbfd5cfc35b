"""How long a key takes to its repaint in a list of 10,000 loaded rows: 500 keys up and down, by rows and by pages.

python benchmarks/spotify_scroll.py [--rows 10000]
"""

import argparse
import statistics
import time

from spotify.long_list import ROWS, opened
from spotify.terminal import Terminal, fake

PAINTED = b"\x1b[?2026l"
"""What Textual writes after each picture."""
DOWN, UP, PAGE_DOWN, PAGE_UP = b"j", b"k", b"\x1b[6~", b"\x1b[5~"
KEYS = [UP] * 100 + [PAGE_UP] * 150 + [DOWN] * 100 + [PAGE_DOWN] * 100 + [UP] * 50
TARGET_P95_MS, TARGET_MAX_MS = 50, 150


def repaint_ms(terminal: Terminal, key: bytes) -> float:
    terminal.written = b""
    start = time.perf_counter()
    terminal.press(key)
    while PAINTED not in terminal.written:
        if not terminal.read(2.0):
            raise TimeoutError(f"no picture after {key!r}")
    return (time.perf_counter() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with fake() as running:
        terminal = opened(running, rows)
        times = []
        for key in KEYS:
            times.append(repaint_ms(terminal, key))
            terminal.drain(0.01)
        terminal.close()
    p95 = statistics.quantiles(times, n=20)[18]
    verdict = "met" if p95 <= TARGET_P95_MS and max(times) <= TARGET_MAX_MS else "MISSED"
    print(
        f"{len(times)} keys in {rows} rows: median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms "
        f"(target {TARGET_P95_MS}), max {max(times):.1f} ms (target {TARGET_MAX_MS}) {verdict}"
    )


if __name__ == "__main__":
    main()
