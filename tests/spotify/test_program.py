"""The installed program: what it imports, and the app on a real terminal."""

import fcntl
import io
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from blueprints import config
from blueprints.auth import Token
from blueprints.errors import UsageError
from blueprints.spotify.app import opening
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.demo.server import Server
from tests.conftest import Run

PROGRAM = str(Path(sys.executable).parent / "blueprints")
HEAVY = ("textual", "httpx", "authlib", "pydantic", "rich", "http.server")


def imported_by(*arguments: str) -> set[str]:
    code = (
        "import sys; from blueprints.command import run; from blueprints.cli import cli; "
        f"code = run(cli, {list(arguments)!r}); "
        f"print(code, *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    code_text, *names = done.stderr.splitlines()[-1].split()
    assert code_text == "0", done.stderr
    return set(names)


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("spotify", "--help") == set()
    assert imported_by("spotify", "play", "--help") == set()


def test_a_command_with_a_valid_token_imports_neither_authlib_nor_textual(login: Token) -> None:
    assert not {"textual", "authlib", "http.server"} & imported_by("spotify", "status", "--json")


def on_terminal(*arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, int]:
    """(process id, the terminal's other end) of the program on an 80×24 terminal."""
    pid, master = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [PROGRAM, *arguments], {**os.environ, **(env or {}), "TERM": "xterm-256color"})
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return pid, master


def read_until(master: int, *texts: bytes, seconds: float = 60) -> bytes:
    """What is written until all of the texts have been, or the program has ended."""
    written, deadline = b"", time.monotonic() + seconds
    while not all(text in written for text in texts):
        assert time.monotonic() < deadline, written[-2000:]
        if select.select([master], [], [], 0.2)[0]:
            try:
                written += os.read(master, 65536)
            except OSError:
                break
    return written


def ended(pid: int, master: int) -> tuple[int, bytes]:
    rest = read_until(master, b"never written")
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), rest


def test_the_demo_on_a_terminal_and_ctrl_c(isolated: Path) -> None:
    pid, master = on_terminal("spotify", "--demo", "--screen", "library")
    written = read_until(master, b"Livid", b"Followed artists")
    assert b"Followed artists" in written
    os.write(master, b"\x03")
    code, rest = ended(pid, master)
    assert code == 130
    assert b"\x1b[?1049l" in rest  # the terminal is as it was
    assert not (isolated / "data" / "spotify").exists()


def test_the_app_with_a_login_that_ends_soon(login: Token, token_path: Path) -> None:
    env = {"BLUEPRINTS_SPOTIFY__WARN_DAYS": "400", "BLUEPRINTS_SPOTIFY__MOUSE": "false"}
    pid, master = on_terminal("spotify", "--screen", "library", env=env)
    written = read_until(master, b"Livid", b"login ends on 20")
    assert b"login ends on 20" in written
    os.write(master, b"q")
    assert ended(pid, master)[0] == 0


def test_without_a_login_the_terminal_is_not_touched(server: Server) -> None:
    pid, master = on_terminal("spotify")
    code, written = ended(pid, master)
    assert code == 4
    assert b"run `blueprints spotify login`" in written
    assert b"\x1b[?1049h" not in written


def test_an_unknown_theme_is_an_error_of_the_configuration(login: Token) -> None:
    pid, master = on_terminal("spotify", "--theme", "mauve")
    code, written = ended(pid, master)
    assert code == 2
    assert b"no theme 'mauve'" in written
    assert b"Traceback" not in written


def test_the_app_needs_a_terminal(run: Run, login: Token) -> None:
    assert "needs a terminal" in run("spotify", expect=2).stderr
    assert "needs a terminal" in run("spotify", "--demo", expect=2).stderr


def test_the_app_is_not_drawn_into_a_file(login: Token, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("blueprints.spotify.app.opening._run", lambda *_words: None)
    terminal = type("Terminal", (io.StringIO,), {"isatty": lambda self: True})
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{name}", terminal())
    settings = config.load("spotify", SpotifyConfig)
    with (tmp_path / "log").open("w") as log:
        monkeypatch.setattr("sys.stderr", log)
        with pytest.raises(UsageError, match="needs a terminal"):
            opening.run(settings, "search", demo=False)
    monkeypatch.setattr("sys.stderr", terminal())
    opening.run(settings, "search", demo=False)


def test_choosing_a_device_by_number(login: Token, server: Server) -> None:
    for one in server.world.player.devices:
        one["is_active"] = False
    pid, master = on_terminal("spotify", "play", "spotify:album:al00000000000000000000")
    read_until(master, b"Play on")
    os.write(master, b"2\n")
    code, written = ended(pid, master)
    assert code == 0
    assert b", on Kitchen, " in written


def test_the_fake_on_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "blueprints.spotify.demo", "--silent", "--consent", "agree"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(4)]
    env = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
    done = subprocess.run(
        [PROGRAM, "spotify", "search", "water"],
        env={**os.environ, **env, "BLUEPRINTS_SPOTIFY__FLOW": "client_credentials"},
        capture_output=True,
        text=True,
        check=False,
    )
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert (done.returncode, done.stderr) == (0, "10 of 73\n"), done
    assert process.returncode == 0
