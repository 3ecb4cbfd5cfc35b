"""Resident memory of a vote over its accounts: at a tenth of them, and at the end.

    python benchmarks/vote_memory.py                       # 200,000 accounts
    python benchmarks/vote_memory.py --accounts 1000000

Targets: at most 150 MB after 1,000,000 accounts, and at most 1.1 times that after 100,000.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from verdict import verdict
from vote_recording import large

PROGRAM = str(Path(sys.executable).parent / "blueprints")


def resident_mb(pid: int) -> float:
    """VmRSS of a process; Linux only."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(pid)


def measured(recording: Path, home: Path, accounts: int) -> tuple[float, float]:
    """Resident MB once a tenth of the accounts have voted, and when the last ones do."""
    command = [PROGRAM, "vote", "debian", "ubuntu", "arch", "fedora", "no", "--source", f"replay:{recording}", "--json"]
    environment = {**os.environ, "BLUEPRINTS_HOME": str(home)}
    early = late = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            shown = json.loads(line)
            if shown["type"] == "end":
                assert shown["posts"]["seen"] == accounts
                break
            late = resident_mb(process.pid)
            if not early and shown["posts"]["seen"] >= accounts / 10:
                early = late
    return early, late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    accounts = parser.parse_args().accounts
    with tempfile.TemporaryDirectory() as name:
        recording = Path(name) / "posts.jsonl.gz"
        with gzip.open(recording, "wb", compresslevel=1) as file:
            file.writelines(line + b"\n" for line in large(accounts, accounts))
        early, late = measured(recording, Path(name) / "home", accounts)
    print(f"resident after {accounts // 10:,} accounts: {early:.0f} MB")
    print(f"resident after {accounts:,} accounts: {late:.0f} MB (goal 150 MB for 1,000,000) {verdict(late <= 150)}")
    print(
        f"the one over the other: {late / early:.2f} (goal 1.10 from 100,000 to 1,000,000) "
        f"{verdict(late / early <= 1.1)}"
    )


if __name__ == "__main__":
    main()
