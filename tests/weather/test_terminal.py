"""What a terminal gets beyond plain text: colours, sparklines, the plot, and nothing wider than it is."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from blueprints.weather import cells, plot, text
from blueprints.weather.core import units
from blueprints.weather.core.forecast import Conditions
from blueprints.weather.text import Column, Span
from tests.weather.conftest import NOW, PATIENT
from tests.weather.world import World

CELLS = cells.Cells(units.named("metric"), ZoneInfo("Europe/Berlin"))
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
AT_NOW = f"""
import sys, time_machine
from datetime import datetime
from blueprints.__main__ import main
with time_machine.travel(datetime.fromisoformat({str(NOW)!r}), tick=False):
    sys.exit(main())
"""
"""The installed command, at the moment for which the world has its answers, whatever day it is here."""


@pytest.fixture
def on_a_terminal(world: World) -> Callable[..., str]:
    """The output of the program on a terminal of its own, as wide as told."""

    def call(*args: str, columns: int = 80, **more: str) -> str:
        import pty

        master, slave = pty.openpty()
        environment = {**os.environ, **world.environment, **PATIENT, "COLUMNS": str(columns), "LINES": "50", **more}
        command = [sys.executable, "-c", AT_NOW, "weather", *args]
        process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=subprocess.PIPE, env=environment)
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # Linux's way to say that the terminal is closed
                break
            if not part:
                break
            shown += part
        os.close(master)
        assert process.stderr is not None
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait(60) == 0, said
        return shown.decode().replace("\r\n", "\n")

    return call


def test_a_terminal_gets_colours_sparkline_and_plot(on_a_terminal: Callable[..., str]) -> None:
    shown = on_a_terminal("-p", "52.52,13.41", NO_COLOR="", TERM="xterm-256color")
    assert COLOUR.search(shown)
    assert "Rest of day" in shown
    assert re.search("[▁▂▃▄▅▆▇█]", shown)
    shown = COLOUR.sub("", on_a_terminal("-p", "52.52,13.41", "-H", NO_COLOR="", columns="60"))
    assert "┌──" in shown
    assert max(len(line) for line in shown.splitlines()) <= 60


def test_no_color_is_respected(on_a_terminal: Callable[..., str]) -> None:
    shown = on_a_terminal("-p", "52.52,13.41", "-5", NO_COLOR="1")
    assert "\x1b" not in shown
    assert "Trend" in shown


def hours(*temperatures: float | None) -> list[Conditions]:
    one = Conditions(time=NOW)
    return [replace(one, temperature=value) for value in temperatures]


def test_a_plot_needs_something_to_draw() -> None:
    assert plot.plot(hours(1.0), CELLS, 80) == []
    assert plot.plot(hours(1.0, 2.0), CELLS, 20) == []
    assert plot.plot(hours(None, None, 3.0), CELLS, 80) == []


@pytest.mark.parametrize("name", ["metric", "si"])
def test_a_plot_is_as_wide_as_there_is_room(name: str) -> None:
    kelvin = cells.Cells(units.named(name), ZoneInfo("UTC"))
    lines = ["".join(span.text for span in line) for line in plot.plot(hours(-5.0, None, 3.0, 9.0), kelvin, 60)]
    assert len(lines) == plot.HEIGHT
    assert max(map(len, lines)) <= 60
    assert any(("9°" if name == "metric" else "282.2") in line for line in lines)


def test_sparklines() -> None:
    assert cells.sparkline([1, None, 8]) == "▁ █"
    assert cells.sparkline([5, 5]) == "▁▁"
    assert cells.sparkline([None]) == ""


def test_warmth_has_a_colour() -> None:
    assert [cells.warmth(value) for value in (None, -5, 5, 15, 25, 35)] == [
        "dim", "bright_blue", "cyan", "green", "yellow", "red",
    ]  # fmt: skip


def test_wide_letters_take_two_columns() -> None:
    assert text.width("東京") == 4
    assert text.shortened("東京都庁", 5) == "東京…"
    assert text.shortened("abc", 0) == ""


def test_columns_are_cut_then_moved_into_blocks() -> None:
    def column(title: str, cell: str, *, flexible: bool = False) -> Column:
        return Column(title, [Span(cell)], flexible=flexible)

    def lines(free: int) -> list[str]:
        made = text.table(
            [column("", "Sat 10 Feb"), column("Condition", "x" * 30, flexible=True), column("W", "y")], free
        )
        return ["".join(span.text for span in line).rstrip() for line in made]

    assert lines(80)[1] == f"Sat 10 Feb  {'x' * 30}  y"
    assert lines(30)[1] == f"Sat 10 Feb  {'x' * 14}…  y"
    assert lines(22) == [
        "            Condition", f"Sat 10 Feb  {'x' * 9}…", "", "            W", "Sat 10 Feb  y",
    ]  # fmt: skip
    assert max(map(len, lines(8))) <= 8


def test_wind_and_other_cells() -> None:
    assert CELLS.wind(Conditions(time=NOW, wind_speed=5.0)).text == "18 km/h"
    assert CELLS.wind(Conditions(time=NOW, wind_direction=90)).text == "--"
    assert CELLS.of_conditions(Conditions(time=NOW), "snow").text == "--"
    assert CELLS.clock(None) == "--"
    assert cells.Cells(units.named("si"), ZoneInfo("UTC")).difference(1.5).text == "1.5 K"
    assert cells.Cells(units.named("imperial"), ZoneInfo("UTC")).difference(10).text == "18°"
