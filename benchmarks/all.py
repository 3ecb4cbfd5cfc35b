"""Runs every benchmark of this folder, one after the other, and keeps what they print in RESULTS.md.

Every script here that can be run is one, except those in BESIDE. A benchmark prints both sides, its goal, and whether
it is `met` or `MISSED`. One that fails or takes too long is noted, and the rest go on.

    python benchmarks/all.py [fx weather ...]     # all, or those whose names begin so
"""

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
BESIDE = {"all", "notifier_sink", "orders_peer", "vote_recording"}
"""Scripts that others start: a sink, a service to compare with, a maker of recordings."""
LONGEST_S = 600.0
MISSED = re.compile(r"\bMISSED\b", re.IGNORECASE)
MET = re.compile(r"\bmet\b", re.IGNORECASE)


class Run(NamedTuple):
    name: str
    text: str
    seconds: float
    failure: str
    """Empty when the script ended well."""

    @property
    def verdict(self) -> str:
        missed, met = len(MISSED.findall(self.text)), len(MET.findall(self.text))
        return self.failure or (f"{missed} of {met + missed} missed" if missed else "met" if met else "no goal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of names; all without any")
    parser.add_argument("--longest", type=float, default=LONGEST_S, help="seconds that one script may take")
    parser.add_argument("--out", type=Path, default=FOLDER / "RESULTS.md")
    given = parser.parse_args()
    began = datetime.now(UTC)
    runs: list[Run] = []
    for script in scripts(given.names):
        print(f"== {script.stem}", flush=True)
        runs.append(run(script, given.longest))
        print(f"{runs[-1].text}\n-- {runs[-1].verdict}, {runs[-1].seconds:.0f} s", flush=True)
        given.out.write_text(page(runs, began), encoding="utf-8")  # after each, so that nothing measured is lost


def scripts(beginnings: list[str]) -> list[Path]:
    runnable = (path for path in sorted(FOLDER.glob("*.py")) if "__main__" in path.read_text(encoding="utf-8"))
    named = (path for path in runnable if path.stem not in BESIDE)
    return [path for path in named if not beginnings or path.stem.startswith(tuple(beginnings))]


def run(script: Path, longest_s: float) -> Run:
    """Run one script with everything that it starts; all of that is ended with it."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=FOLDER.parent,
        start_new_session=True,
    )
    failure = ""
    try:
        stdout, stderr = process.communicate(timeout=longest_s)
    except subprocess.TimeoutExpired:
        failure = f"ended after {longest_s:.0f} s"
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
    if process.returncode and not failure:
        failure = f"failed ({process.returncode})"
    text = "\n".join(filter(None, (stdout.strip(), stderr.strip()[-2000:] if failure else "")))
    return Run(script.stem, text or "(nothing printed)", time.monotonic() - started, failure)


def page(runs: list[Run], began: datetime) -> str:
    lines = ["# Figures", "", f"{began:%Y-%m-%d %H:%M} UTC, commit {commit()}, {machine()}.", ""]
    lines += ["| script | goals | seconds |", "|---|---|---|"]
    lines += [f"| [{one.name}](#{one.name}) | {one.verdict} | {one.seconds:.0f} |" for one in runs]
    for one in runs:
        lines += ["", f"## {one.name}", "", "```", one.text, "```"]
    return "\n".join(lines) + "\n"


def commit() -> str:
    """The commit measured; `+` behind it says that files were changed since."""
    described = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(described, cwd=FOLDER, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.machine()}"
    return f"{cores} cores ({processor()}), {system}, Python {platform.python_version()}"


def processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or "unknown processor"


if __name__ == "__main__":
    main()
