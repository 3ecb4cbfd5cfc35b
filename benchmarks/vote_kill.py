"""SIGKILL at a random moment of a live vote, then `--resume`: totals against the truth of a fake platform.

    python benchmarks/vote_kill.py            # 3 runs
    python benchmarks/vote_kill.py --runs 20

Target: in 20 of 20 runs no vote lost, none doubled, the audit verified.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.vote.conftest import settings
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.crowd import TAGS, crowd, truth

from blueprints.vote.core import moments
from verdict import verdict

PROGRAM = str(Path(sys.executable).parent / "blueprints")
VOTE_S = 8
RATE = 60.0


def run(number: int) -> tuple[bool, str]:
    """One vote, killed and resumed: whether everything was right, and a line about it."""
    stop = threading.Event()
    with FakeX() as x, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **settings(x), "BLUEPRINTS_HOME": home}
        threading.Thread(target=crowd, args=(x, RATE, stop, 300), daemon=True).start()
        command = [PROGRAM, "vote", *TAGS, "--json", "--budget", "0", "--duration", f"{VOTE_S}s"]
        killed_s = random.Random(number).uniform(0.2, 3.0)
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            process.stdout.readline()  # the session is there
            time.sleep(killed_s)
            process.send_signal(signal.SIGKILL)
        resume = [PROGRAM, "vote", "--resume", "last", "--json"]
        done = subprocess.run(resume, env=environment, capture_output=True, text=True, check=False)
        stop.set()
        found = json.loads(done.stdout.splitlines()[-1])
        audit = subprocess.run([PROGRAM, "vote", "audit", "last", "--verify"], env=environment, capture_output=True)
        return judged(number, x, found, killed_s, verified=audit.returncode == 0)


def judged(number: int, x: FakeX, found: dict[str, Any], killed_s: float, *, verified: bool) -> tuple[bool, str]:
    expected = truth(x, moments.ms(found["started_at"]), moments.ms(found["ends_at"]))
    counted = {one["label"]: one["votes"] for one in found["candidates"]}
    lost = sum(max(0, expected[label] - counted[label]) for label in TAGS)
    doubled = sum(max(0, counted[label] - expected[label]) for label in TAGS)
    good = not lost and not doubled and verified and found["complete"]
    said = f"run {number}: killed after {killed_s:.2f} s, {found['votes']} votes, {lost} lost, {doubled} doubled, "
    return good, said + ("audit verified" if verified else "audit NOT verified")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    good = 0
    for number in range(runs):
        exact, said = run(number)
        good += exact
        print(said, flush=True)
    print(f"{good} of {runs} runs exact (goal all) {verdict(good == runs)}")


if __name__ == "__main__":
    main()
