"""First use, which fills the store with the history since 1999, beside the second; and the size of the store.

python benchmarks/fx_seed.py [--runs 5]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from verdict import verdict

BIN = Path(sys.executable).parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRINTS_", "PYTHONDONT"))}
    first, second, size = [], [], 0
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as home:
            env["BLUEPRINTS_HOME"] = home
            first.append(spent_s(env))
            second.append(spent_s(env))
            size = sum(file.stat().st_size for file in (Path(home) / "data").iterdir())
    more = statistics.median(one - other for one, other in zip(first, second, strict=True))
    print(f"first use {statistics.median(first):.2f} s, second {statistics.median(second):.2f} s, medians of {runs}")
    print(f"paired difference {more:.2f} s (goal 1.5 s) {verdict(more <= 1.5)}")
    print(f"store {size / 2**20:.1f} MiB (goal 16 MiB) {verdict(size <= 16 * 2**20)}")


def spent_s(env: dict[str, str]) -> float:
    command = [str(BIN / "blueprints"), "fx", "convert", "100", "SEK", "USD", "--offline"]
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
