"""The whole shop as somebody starts it: `blueprints serve store`, with orders and notifier beside it."""

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from blueprints.web import service as services
from tests.measuring import UNMEASURED

PROGRAM = str(Path(sys.executable).parent / "blueprints")
READY = re.compile(r"^(?P<title>.*) is ready at (?P<url>http://\S+?)/?$")


FIXED_PORTS = range(20_000, 32_000)
"""Below those that a system gives out by itself: nothing else takes one while a service is away from it."""
PATIENCE_S = 300.0


def fixed_port() -> int:
    """A free port for a service that is stopped and comes back to the same address."""
    for port in random.SystemRandom().sample(FIXED_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEPRINTS_")}
    return {**kept, "BLUEPRINTS_HOME": str(home), "BLUEPRINTS_WEB__LOG_REQUESTS": "false", **UNMEASURED, **more}


RECENT: "deque[Running]" = deque(maxlen=4)
"""The services that were started last; their logs belong to the report of a test that fails."""


@dataclass
class Running:
    """A service that runs as a process."""

    process: "subprocess.Popen[str]"
    title: str
    env: dict[str, str]
    url: str = ""
    lines: list[str] = field(default_factory=list)

    def wait(self) -> None:
        """Until it has said where it is and can work there, or fail."""
        wait_for(lambda: self.ended or self.announced(self.title))
        assert not self.ended, "".join(self.lines)
        self.url = self.announced(self.title)
        wait_for(lambda: self.ended or answers(f"{self.url}/readyz"))
        assert not self.ended, "".join(self.lines)

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def announced(self, title: str) -> str:
        """The address of the service with this title, or nothing as long as it has not been announced."""
        found = (READY.match(line.strip()) for line in tuple(self.lines))
        return next((one["url"] for one in found if one and one["title"] == title), "")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except (OSError, http.client.HTTPException):
        return False
    return True


def wait_for(condition: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
    """Until the condition holds; a deadline instead of a pause."""
    end = time.monotonic() + timeout_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.1)


@contextmanager
def serving(service: str, env: dict[str, str], *flags: str, port: int = 0) -> Iterator[Running]:
    """A service until the block ends, on any free port or on this one."""
    command = [PROGRAM, "serve", service, "--port", str(port), *flags]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = Running(process, services.load(service).title, env)
    RECENT.append(running)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            running.lines.append(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        reader.join(60)
        if process.stdout is not None and not reader.is_alive():
            process.stdout.close()


def run(env: dict[str, str], *arguments: str) -> str:
    """A command of the program; what it printed."""
    done = subprocess.run(
        [PROGRAM, *arguments], env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_admin(env: dict[str, str], service: str) -> None:
    """A superuser called root."""
    more = {"DJANGO_SUPERUSER_PASSWORD": "a-long-password", "DJANGO_SUPERUSER_USERNAME": "root"}
    run(
        {**env, **more, "DJANGO_SUPERUSER_EMAIL": "root@example.org"}, "manage", service, "createsuperuser", "--noinput"
    )
