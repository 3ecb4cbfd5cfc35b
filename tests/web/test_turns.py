"""Processes that share a SQLite file write one after the other."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from blueprints.web.turns import turn

HOLDING = """
import sys
from blueprints.web.turns import turn
with turn(sys.argv[1], 60):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> str:
    file = tmp_path / "db.sqlite3"
    file.touch()
    return str(file)


@pytest.fixture
def other(database: str) -> "subprocess.Popen[str]":
    """Another process whose turn it is, until its input ends."""
    command = [sys.executable, "-c", HOLDING, database]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def test_a_process_waits_for_another(database: str, other: "subprocess.Popen[str]") -> None:
    with pytest.raises(OperationalError, match="kept the database locked"), turn(database, 0.01):
        pass
    other.communicate()
    with turn(database, 60):
        assert Path(database).exists()


def test_the_turn_of_a_process_that_is_killed_is_over(database: str, other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.communicate()
    with turn(database, 60):
        pass


def test_a_turn_ends_with_an_error_too(database: str) -> None:
    with pytest.raises(ValueError, match="spoiled"), turn(database, 60):
        raise ValueError("spoiled")
    command = [sys.executable, "-c", HOLDING, database]
    assert subprocess.run(command, input="", capture_output=True, text=True, check=True).stdout == "mine\n"


@pytest.mark.parametrize("name", ["file:memory?mode=memory", ":memory:"])
def test_what_is_no_file_has_no_queue(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with turn(name, 0):
        assert list(tmp_path.iterdir()) == []


def test_where_no_lock_can_be_made_sqlite_is_asked(database: str) -> None:
    Path(f"{database}-turn").mkdir()
    with turn(database, 0):
        assert Path(database).exists()
