"""Help beside the import of click alone, paired: what the frame and the configuration add.

python benchmarks/help.py [--runs 20]
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
CLICK = [sys.executable, "-c", "import click"]
BOUNDS_MS = {("--help",): 10.0, ("fx", "--help"): 20.0}


def spent_ms(command: list[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    # Compiled files may be written: an installed program has them.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRINTS_", "PYTHONDONT"))}
    with tempfile.TemporaryDirectory() as home:
        env["HOME"] = home
        for words, bound in BOUNDS_MS.items():
            command = [str(BIN / "blueprints"), *words]
            spent_ms(command, env)
            pairs = [(spent_ms(CLICK, env), spent_ms(command, env)) for _ in range(runs)]
            click, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            more = statistics.median(one - other for other, one in pairs)
            print(
                f"import click {click:6.1f} ms, blueprints {' '.join(words):9} {ours:6.1f} ms, "
                f"paired difference {more:+5.1f} ms (goal +{bound:.0f} ms) {verdict(more <= bound)}, "
                f"medians of {runs}"
            )


if __name__ == "__main__":
    main()
