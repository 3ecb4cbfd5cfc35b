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
SECTION = re.compile(r"^## (\w+)\n\n([^\n]+); (\d+) s; ([^\n]+)\n\n```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
MISSED = re.compile(r'\bMISSED\b|"met": false')
MET = re.compile(r'(?<!")\bmet\b(?!")|"met": true')
"""How the scripts say it, in words or in JSON."""


class Section(NamedTuple):
    """What one script printed, as RESULTS.md keeps it."""

    name: str
    verdict: str
    seconds: int
    when: str
    """Time and commit of the measurement."""
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of names; all without any")
    parser.add_argument("--longest", type=float, default=LONGEST_S, help="seconds that one script may take")
    parser.add_argument("--out", type=Path, default=FOLDER / "RESULTS.md")
    given = parser.parse_args()
    sections = kept(given.out)
    for script in scripts(given.names):
        print(f"== {script.stem}", flush=True)
        found = run(script, given.longest)
        print(f"{found.text}\n-- {found.verdict}, {found.seconds} s", flush=True)
        sections[found.name] = found
        given.out.write_text(page(sections), encoding="utf-8")  # after each, so that nothing measured is lost


def kept(path: Path) -> dict[str, Section]:
    """The sections of an earlier run: those of scripts that do not run this time stay as they are."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = (Section(one[1], one[2], int(one[3]), one[4], one[5]) for one in SECTION.finditer(text))
    return {one.name: one for one in found}


def scripts(beginnings: list[str]) -> list[Path]:
    runnable = (path for path in sorted(FOLDER.glob("*.py")) if "__main__" in path.read_text(encoding="utf-8"))
    named = (path for path in runnable if path.stem not in BESIDE)
    return [path for path in named if not beginnings or path.stem.startswith(tuple(beginnings))]


def run(script: Path, longest_s: float) -> Section:
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
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}"
    seconds = round(time.monotonic() - started)
    return Section(script.stem, verdict(text, failure), seconds, when, text or "(nothing printed)")


def verdict(text: str, failure: str) -> str:
    missed, met = len(MISSED.findall(text)), len(MET.findall(text))
    return failure or (f"{missed} of {met + missed} missed" if missed else "met" if met else "no goal")


def page(sections: dict[str, Section]) -> str:
    ordered = [sections[name] for name in sorted(sections)]
    lines = ["# Figures", "", f"Measured by the scripts beside this page (`make bench`) on {machine()}.", ""]
    lines += ["| script | goals |", "|---|---|"]
    lines += [f"| [{one.name}](#{one.name}) | {one.verdict} |" for one in ordered]
    for one in ordered:
        lines += [
            "",
            f"## {one.name}",
            "",
            f"{one.verdict}; {one.seconds} s; {one.when}",
            "",
            "```text",
            one.text,
            "```",
        ]
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
