"""Failpoints kill the process at the pass that is named, and nowhere else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "from blueprints.web.failpoint import reach\nfor _ in range(5):\n    reach('a')\n    print('x', flush=True)"


@pytest.mark.parametrize(
    ("named", "lines", "code"),
    [("a:3", 2, -signal.SIGKILL), ("a", 0, -signal.SIGKILL), ("b:1,a:2", 1, -signal.SIGKILL), ("b", 5, 0), ("", 5, 0)],
)
def test_the_named_pass_is_the_last(named: str, lines: int, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "BLUEPRINTS_FAILPOINT": named},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout.count("x"), done.returncode) == (lines, code)


def test_with_marks_a_point_kills_one_process_only(tmp_path: Path) -> None:
    env = {**os.environ, "BLUEPRINTS_FAILPOINT": "a:2", "BLUEPRINTS_FAILPOINT_MARKS": str(tmp_path)}
    codes = [subprocess.run([sys.executable, "-c", PROGRAM], env=env, check=False).returncode for _ in range(2)]
    assert codes == [-signal.SIGKILL, 0]
