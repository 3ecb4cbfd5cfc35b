"""Bulk conversion, CSV to CSV, beside a plain loop around CurrencyConverter with decimals; loading excluded on both.

Rows: 12 currencies, 731 days, amounts with two decimals, in random order. Ours is the installed command, its time that
of the whole file less that of a file of a few rows; the loop is timed inside its own process, after loading. Both write
the rounded result and the rate. Memory is the peak of all processes of a run together.

The library divides before it multiplies, so that once in some hundred thousand rows its result lies a hair below
an exact half and is rounded down. Rows that differ are therefore calculated again in fractions, which say who is right.

    python benchmarks/fx_bulk.py [--rows 200000] [--runs 3] [--memory]
    python benchmarks/fx_bulk.py --rows 2000000 --runs 1 --memory     # the full size
"""

import argparse
import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from verdict import verdict

CODES = ("EUR", "USD", "GBP", "JPY", "SEK", "NOK", "DKK", "CHF", "PLN", "CZK", "AUD", "CAD")
FIRST, DAYS = date(2023, 6, 1), 731
BIN = Path(sys.executable).parent

LOOP = """
import csv, sys, time
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, getcontext
from currency_converter import CurrencyConverter
getcontext().prec = 50
DIGITS = {"JPY": Decimal(1)}
CENT = Decimal("0.01")
converter = CurrencyConverter(
    decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
)
started = time.perf_counter()
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    reader, writer = csv.reader(source), csv.writer(target, lineterminator="\\n")
    writer.writerow([*next(reader), "result", "rate"])
    for row in reader:
        amount, origin, to, day = row
        on = date.fromisoformat(day)
        rate = converter.convert(1, origin, to, on)
        result = converter.convert(amount, origin, to, on)
        writer.writerow([*row, result.quantize(DIGITS.get(to, CENT), ROUND_HALF_UP), rate])
print(time.perf_counter() - started)
"""


def write_rows(path: Path, count: int) -> None:
    """The same rows for the same count, whatever the machine."""
    chance = random.Random(4217)
    days = [str(FIRST + timedelta(days=n)) for n in range(DAYS)]
    with path.open("w", newline="") as target:
        target.write("amount,from,to,date\n")
        for _ in range(count):
            origin, to = chance.sample(CODES, 2)
            target.write(f"{chance.randrange(1, 10_000_000) / 100:.2f},{origin},{to},{chance.choice(days)}\n")


def environment(home: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRINTS_", "PYTHONDONT"))}
    return {**kept, "BLUEPRINTS_HOME": str(home)}


def ours(source: Path, target: Path, workers: int, env: Mapping[str, str]) -> float:
    command = [str(BIN / "blueprints"), "fx", "convert", "--offline", "--workers", str(workers)]
    started = time.perf_counter()
    subprocess.run(
        [*command, "--file", str(source), "--out", str(target)], env=env, check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def theirs(source: Path, target: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", LOOP, str(source), str(target)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def differences(loop: Path, ours: Path) -> tuple[int, int]:
    """Rows whose results differ, and how many of those are ours to blame by exact fractions."""
    different = wrong = 0
    with loop.open(newline="") as first, ours.open(newline="") as second:
        for theirs, row in zip(csv.DictReader(first), csv.DictReader(second), strict=True):
            if theirs["result"] != row["result"]:
                different += 1
                wrong += row["result"] != exact(row)
    return different, wrong


def exact(row: Mapping[str, str]) -> str:
    """The result of a row in fractions, rounded once, half up, by the library's own rates."""
    rates = converter()
    day = date.fromisoformat(row["date"])
    over, under = (Fraction(rates.convert(1, "EUR", row[name], day)) for name in ("to", "from"))
    digits = 0 if row["to"] == "JPY" else 2
    scaled = Fraction(row["amount"]) * over / under * 10**digits + Fraction(1, 2)
    return str(Decimal(scaled.numerator // scaled.denominator).scaleb(-digits))


@lru_cache(maxsize=1)
def converter() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known")


def peak_mib(source: Path, target: Path, env: Mapping[str, str]) -> float:
    """The highest sum of the resident memory of the command and its workers."""
    command = [str(BIN / "blueprints"), "fx", "convert", "--offline", "--workers", "2", "--file", str(source)]
    process = subprocess.Popen([*command, "--out", str(target)], env=env, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_resident_kib(pid) for pid in _family(process.pid)))
        time.sleep(0.02)
    return peak / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in _family(int(child)))]


def _resident_kib(pid: int) -> int:
    """Proportional, so that pages shared between processes count once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="compare the peak at --rows with that at a tenth of it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.rows, arguments.runs, memory=arguments.memory)


def measure(folder: Path, rows: int, runs: int, *, memory: bool) -> None:
    env = environment(folder / "home")
    source, few = folder / "rows.csv", folder / "few.csv"
    write_rows(source, rows)
    write_rows(few, 10)
    ours(few, folder / "few.out", 1, env)  # fills the store
    times: dict[str, list[float]] = {"loop": [], "1 worker": [], "2 workers": []}
    for _ in range(runs):
        times["loop"].append(theirs(source, folder / "loop.csv"))
        idle = ours(few, folder / "few.out", 1, env)
        for workers in (1, 2):
            spent = ours(source, folder / f"{workers}.csv", workers, env) - idle
            times[f"{workers} worker{'s' * (workers > 1)}"].append(spent)
    speeds = {name: rows / statistics.median(spent) for name, spent in times.items()}
    print(f"{rows:,} rows, {len(CODES)} currencies, {DAYS} days, median of {runs}")
    print(f"loop around CurrencyConverter, decimals: {speeds['loop']:>9,.0f} rows/s")
    for name, bound in (("1 worker", 1.8), ("2 workers", 3.0)):
        ratio = speeds[name] / speeds["loop"]
        goal = f"(goal {bound}x) {verdict(ratio >= bound)}"
        print(f"blueprints fx convert --file, {name:>9}: {speeds[name]:>9,.0f} rows/s, {ratio:.2f}x {goal}")
    different = [differences(folder / "loop.csv", folder / f"{workers}.csv") for workers in (1, 2)]
    for workers, (unequal, wrong) in zip((1, 2), different, strict=True):
        goal = f"(goal 0) {verdict(not wrong)}"
        print(f"rows that differ from the loop, {workers} worker(s): {unequal}; wrong by fractions: {wrong} {goal}")
    if memory:
        compare_memory(folder, rows, env)


def compare_memory(folder: Path, rows: int, env: Mapping[str, str]) -> None:
    tenth = folder / "tenth.csv"
    write_rows(tenth, rows // 10)
    small = peak_mib(tenth, folder / "out.csv", env)
    large = peak_mib(folder / "rows.csv", folder / "out.csv", env)
    print(f"peak memory of all processes: {small:.1f} MiB at {rows // 10:,} rows, {large:.1f} MiB at {rows:,}")
    print(f"growth {large - small:.1f} MiB (goal 16 MiB) {verdict(large - small <= 16)}")


if __name__ == "__main__":
    main()
