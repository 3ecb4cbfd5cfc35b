"""A real server process that speaks MongoDB's wire protocol (SecantusDB), one for the whole test run."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.measuring import UNMEASURED

STARTS_WITHIN_S = 60
LISTENING = re.compile(r"listening on (\S+:\d+)")


@contextmanager
def running(folder: Path, *options: str) -> Iterator[str]:
    """A server on loopback that keeps its data in the folder; gives its address, without a database at the end."""
    program = Path(sys.executable).parent / "secantusd-py"
    command = [str(program), "--port", "0", "--storage-path", str(folder), "--standalone", *options]
    log = folder.parent / f"{folder.name}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, env={**os.environ, **UNMEASURED}, stdout=sink, stderr=sink)
    try:
        yield f"mongodb://{_address(process, log)}"
    finally:
        process.kill()
        process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where it listens; the server says so in its log."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while (found := LISTENING.search(log.read_text())) is None:
        assert process.poll() is None, f"the MongoDB server ended at once: {log.read_text()}"
        assert time.monotonic() < deadline, "the MongoDB server does not start"
        time.sleep(0.05)
    return found[1]


def database(server: str, name: str) -> str:
    """The address of a database, from which everybody waits for the server however busy the machine is."""
    return f"{server}/{name}?serverSelectionTimeoutMS=60000&connectTimeoutMS=60000"


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for the whole run; use a database of your own."""
    with running(tmp_path_factory.mktemp("mongo") / "data") as address:
        yield address
