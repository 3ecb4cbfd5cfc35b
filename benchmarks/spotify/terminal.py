"""A program in a pseudo-terminal of 120×40, beside a fake Spotify in a process of its own."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIZE = (40, 120)
PROGRAM = str(Path(sys.executable).parent / "blueprints")


class Fake:
    """The running fake: its settings for a program, and a hand on it."""

    def __init__(self, settings: dict[str, str], home: Path) -> None:
        self.settings = settings
        self.home = home
        self.url = settings["BLUEPRINTS_SPOTIFY__ACCOUNTS__BASE_URL"]
        self.token_file = home / "data" / "spotify" / "token.json"

    def control(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.url}/_demo/{path}", method="POST", data=b"")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEPRINTS_")}
        return {**kept, **self.settings, "BLUEPRINTS_HOME": str(self.home), "TERM": "xterm-256color"}

    def sign_in(self, expires_in: int = 3600) -> None:
        """A login in the token file of the program's home."""
        from blueprints.spotify.core.scopes import DEFAULT

        pair = self.control("sign-in")
        now = int(time.time())
        token = {
            "version": 1,
            "client_id": self.settings["BLUEPRINTS_SPOTIFY__CLIENT_ID"],
            "flow": "pkce",
            "scope": " ".join(DEFAULT),
            "token_type": "Bearer",
            "expires_at": now + expires_in,
            "authorized_at": now,
            **pair,
        }
        self.token_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.token_file.write_text(json.dumps(token))
        self.token_file.chmod(0o600)


@contextmanager
def fake() -> Iterator[Fake]:
    """A fake Spotify on a free port, with an empty home for the programs beside it."""
    process = subprocess.Popen([sys.executable, "-m", "blueprints.spotify.demo"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    settings: dict[str, str] = {}
    while line := process.stdout.readline().strip():
        name, _, value = line.removeprefix("export ").partition("=")
        settings[name] = value
    try:
        with tempfile.TemporaryDirectory() as home:
            yield Fake(settings, Path(home))
    finally:
        process.terminate()
        process.wait()


class Terminal:
    """A program on a pseudo-terminal; what it wrote so far is in `written`."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self.written = b""

    def read(self, timeout_s: float) -> bytes:
        """What comes within the time; nothing at the end of it, or of the program."""
        if not select.select([self.master], [], [], timeout_s)[0]:
            return b""
        try:
            found = os.read(self.master, 65536)
        except OSError:
            return b""
        self.written += found
        self._answer(found)
        return found

    def _answer(self, found: bytes) -> None:
        """A terminal answers where it is asked what it can do."""
        if b"\x1b[?2026$p" in found:
            os.write(self.master, b"\x1b[?2026;2$y")

    def wait_for(self, text: bytes, timeout_s: float = 30.0) -> float:
        """Seconds from the start until the text has been written."""
        deadline = time.perf_counter() + timeout_s
        while text not in self.written:
            self.read(0.05)
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{text!r} did not appear: {plain(self.written)[-400:]}")
        return time.perf_counter() - self.started

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def drain(self, quiet_s: float = 0.2) -> None:
        """Read until nothing comes for a while."""
        while self.read(quiet_s):
            pass

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


def plain(written: bytes) -> str:
    """What was written, without escape sequences."""
    return re.sub(r"\x1b\[[0-9;?<>=$]*[a-zA-Z]|\x1b[=>()][0-9AB]?", "", written.decode(errors="replace"))
