"""One conversion from the stored rates, beside the import of click alone and CurrencyConverter's own command.

python benchmarks/fx_start.py [--runs 15]
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


def spent_ms(command: list[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    # Compiled files may be written: an installed program has them.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRINTS_", "PYTHONDONT"))}
    with tempfile.TemporaryDirectory() as home:
        env["HOME"] = home
        settings = Path(home) / "config.yaml"
        settings.write_text("fx:\n  base: SEK\n  max_gap: 7d\n")
        convert = [str(BIN / "blueprints"), "fx", "convert", "100", "SEK", "USD", "--offline"]
        sides = {
            "import click": ([sys.executable, "-c", "import click"], env),
            "blueprints fx convert": (convert, env),
            "with a config file": (convert, {**env, "BLUEPRINTS_CONFIG": str(settings)}),
            "currency_converter": ([str(BIN / "currency_converter"), "100", "SEK", "--to", "USD"], env),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for command, environment in sides.values():
            spent_ms(command, environment)
        for _ in range(runs):
            for name, (command, environment) in sides.items():
                times[name].append(spent_ms(command, environment))
    report(times, runs)


def report(times: dict[str, list[float]], runs: int) -> None:
    medians = {name: statistics.median(spent) for name, spent in times.items()}
    for name, median in medians.items():
        print(f"{name:22} {median:7.1f} ms")
    ours, click = medians["blueprints fx convert"], medians["import click"]
    told("of import click", ours / click, 2.0)
    told("of import click, with a config file", medians["with a config file"] / click, 3.5)
    told("of currency_converter", ours / medians["currency_converter"], 0.333)
    print(f"medians of {runs} interleaved runs")


def told(what: str, ratio: float, goal: float) -> None:
    print(f"{what}: {ratio:.3f}x (goal {goal}x) {verdict(ratio <= goal)}")


if __name__ == "__main__":
    main()
