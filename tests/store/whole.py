"""The whole shop as somebody starts it: `blueprints serve store`, with orders and notifier beside it."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = str(Path(sys.executable).parent / "blueprints")
READY = re.compile(r"^(?P<title>.*) is ready at (?P<url>http://\S+?)/?$")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEPRINTS_")}
    return {**kept, "BLUEPRINTS_HOME": str(home), "BLUEPRINTS_WEB__LOG_REQUESTS": "false", **more}


RECENT: "deque[Running]" = deque(maxlen=4)
"""The services that were started last; their logs belong to the report of a test that fails."""


@dataclass
class Running:
    """A service that runs as a process."""

    process: "subprocess.Popen[str]"
    url: str
    env: dict[str, str]
    lines: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def wait(self, timeout_s: float = 110) -> None:
        """Until it answers, or fail."""
        wait_for(lambda: answers(f"{self.url}/readyz") or self.process.poll() is not None, timeout_s)
        assert self.process.poll() is None, "".join(self.lines)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except (OSError, urllib.error.HTTPError):
        return False
    return True


def wait_for(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """Until the condition holds; a deadline instead of a pause."""
    end = time.monotonic() + timeout_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.1)


@contextmanager
def serving(service: str, env: dict[str, str], *flags: str, port: int = 0) -> Iterator[Running]:
    """A service until the block ends."""
    chosen = port or free_port()
    command = [PROGRAM, "serve", service, "--port", str(chosen), *flags]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = Running(process, f"http://127.0.0.1:{chosen}", env)
    RECENT.append(running)

    def read() -> None:
        assert process.stdout is not None
        running.lines.extend(process.stdout)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        reader.join(10)
        if process.stdout is not None:
            process.stdout.close()


def run(env: dict[str, str], *arguments: str) -> str:
    """A command of the program; what it printed."""
    done = subprocess.run([PROGRAM, *arguments], env=env, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_admin(env: dict[str, str], service: str) -> None:
    """A superuser called root."""
    more = {"DJANGO_SUPERUSER_PASSWORD": "a-long-password", "DJANGO_SUPERUSER_USERNAME": "root"}
    run(
        {**env, **more, "DJANGO_SUPERUSER_EMAIL": "root@example.org"}, "manage", service, "createsuperuser", "--noinput"
    )
