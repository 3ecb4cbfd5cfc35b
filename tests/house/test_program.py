"""The program as a whole: its front door, its errors and its exit codes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.measuring import UNMEASURED

INTERRUPTED_IMPORT = """
import os, signal, time
os.kill(os.getpid(), signal.SIGINT)
time.sleep(0)
raise SystemExit("still here")
"""


def started_with_ctrl_c(folder: Path, ready: Callable[[], object] | None = None) -> "subprocess.CompletedProcess[str]":
    """The program, in which Ctrl-C is pressed while its libraries are imported."""
    (folder / "click.py").write_text(INTERRUPTED_IMPORT)
    source = Path(__file__).parents[2] / "src"
    return subprocess.run(
        [sys.executable, "-m", "blueprints"],
        capture_output=True,
        text=True,
        env={**os.environ, **UNMEASURED, "PYTHONPATH": f"{folder}{os.pathsep}{source}"},
        check=False,
        preexec_fn=ready,
    )


def test_ctrl_c_while_the_program_starts_is_silent(tmp_path: Path) -> None:
    done = started_with_ctrl_c(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no such thing as an ignored Ctrl-C")
def test_a_ctrl_c_that_the_shell_has_ignored_stays_ignored(tmp_path: Path) -> None:
    done = started_with_ctrl_c(tmp_path, lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert (done.returncode, done.stderr) == (1, "still here\n")


def test_no_arguments_show_the_front_door(run: Run) -> None:
    result = run(expect=0)
    assert "Usage: blueprints" in result.stdout
    assert "config" in result.stdout


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    result = run("confg", expect=2)
    assert result.stdout == ""
    assert "Error: no command confg: did you mean config?" in result.stderr
