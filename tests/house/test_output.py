"""Data on stdout, aligned and plain off a terminal; everything else on stderr."""

import os
import pty
import subprocess
import sys

import pytest
from rich.text import Text

from blueprints import output

PROGRAM = """
from blueprints import output
output.table([("a", 1), ("b", None)], ("name", "number"), right=("number",))
output.warning("careful")
with output.progress("working", 2) as advance:
    advance(2)
"""


def test_a_table_aligns_and_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([("a", 1), (Text("b" * 100), None)], ("name", "number"), right=("number",))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "name" + " " * 98 + "number"
    assert lines[1] == "a" + " " * 106 + "1"
    assert lines[2] == "b" * 100 + " " * 6 + "--"


def test_an_empty_table_says_so_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([], ("name",), empty="no names yet")
    assert capsys.readouterr() == ("", "no names yet\n")


def test_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    output.json({"name": "Zürich"})
    output.json_line({"name": "Zürich"})
    output.csv([{"a": 1, "b": None}, {"a": "x,y"}], ("a", "b"))
    assert capsys.readouterr().out == '{\n  "name": "Zürich"\n}\n{"name":"Zürich"}\na,b\n1,\n"x,y",\n'


def test_one_is_not_many() -> None:
    assert [output.counted(number, "game") for number in (0, 1, 2)] == ["0 games", "1 game", "2 games"]


def test_notices_and_warnings_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.notice("first")
    output.warning("second")
    assert capsys.readouterr() == ("", "first\nsecond\n")


def test_progress_is_silent_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("working", 2) as advance:
        advance(1)
    assert capsys.readouterr() == ("", "")


def on_a_terminal(**environment: str) -> str:
    """What the program above shows on a terminal of its own."""
    controller, terminal = pty.openpty()
    whole = {**os.environ, "TERM": "xterm-256color", **environment}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=terminal, stderr=terminal, env=whole) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:  # what Linux answers when the other side is closed
                break
            if not part:
                break
            shown += part
        assert process.wait() == 0
    os.close(controller)
    return shown.decode()


def test_a_terminal_gets_colour_and_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    shown = on_a_terminal()
    assert "\x1b[33mcareful\x1b[0m" in shown
    assert "working" in shown
    assert "\x1b[1mname" in shown


def test_no_color_is_respected() -> None:
    shown = on_a_terminal(NO_COLOR="1")
    assert "\x1b[33m" not in shown
    assert "careful" in shown
