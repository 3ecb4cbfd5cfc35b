"""Draws the pictures of docs/weather.md: the command's own output for a week of sample weather, light and dark.

python docs/weather_pictures.py
"""

import math
import os
import re
import sys
import tempfile
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import time_machine
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME

sys.path.insert(0, str(Path(__file__).parent.parent))  # the fake upstreams live beside the tests

from tests.weather import bodies
from tests.weather.world import Asked, Reply, World, running

from blueprints import clock, command
from blueprints.cli import cli

FOLDER = Path(__file__).parent / "pictures"
NOW = datetime(2026, 11, 27, 8, 5, tzinfo=UTC)
WEEK = (
    (4.2, -1.0, 71, 4.0, 20, 70, 2.1),
    (1.5, -5.0, 75, 7.5, 45, 90, 8.4),
    (-2.0, -10.4, 0, 2.0, 350, 5, 0.0),
    (0.4, -7.2, 3, 3.1, 200, 20, 0.0),
    (6.0, 0.0, 61, 9.2, 225, 85, 5.0),
    (8.3, 3.6, 80, 11.0, 240, 75, 3.2),
    (5.1, 1.2, 45, 1.4, 180, 10, 0.0),
)
"""High, low, code, wind in km/h / 3.6, its direction, chance of rain, mm of rain; repeated after a week."""
THEMES = {"light": DEFAULT_TERMINAL_THEME, "dark": SVG_EXPORT_THEME}
PICTURES = {
    "today": ["--place", "Oslo"],
    "days": ["--place", "Oslo", "--ten-days"],
    "hourly": ["--place", "Oslo", "--hourly", "--fields", "temperature,condition,wind,probability"],
}


def sample(asked: Asked) -> Reply:
    """Open-Meteo's answer with a week of its own."""
    body = bodies.open_meteo(clock.now(), asked.query["timezone"], int(asked.query["forecast_days"]))
    days = len(body["daily"]["time"])
    week = [WEEK[index % len(WEEK)] for index in range(days)]
    names: tuple[str, ...] = ("temperature_2m_max", "temperature_2m_min", "weather_code", "wind_speed_10m_max")
    names = (*names, "wind_direction_10m_dominant", "precipitation_probability_max", "precipitation_sum")
    for column, name in enumerate(names):
        body["daily"][name] = [round(day[column] * (3.6 if column == 3 else 1), 1) for day in week]
    hourly: dict[str, Any] = {name: [] for name in ("temperature_2m", "weather_code", "wind_speed_10m")}
    hourly |= {"precipitation_probability": [], "wind_direction_10m": []}
    for high, low, code, wind, direction, chance, _ in week:
        for hour in range(24):
            warmth = (1 + math.cos((hour - 14) / 24 * 2 * math.pi)) / 2
            hourly["temperature_2m"].append(round(low + (high - low) * warmth, 1))
            hourly["weather_code"].append(code if 9 < hour < 18 else 3)
            hourly["wind_speed_10m"].append(round(3.6 * wind * (0.6 + 0.4 * warmth), 1))
            hourly["wind_direction_10m"].append(direction)
            hourly["precipitation_probability"].append(round(chance * warmth))
    body["hourly"].update(hourly)
    for name in ("temperature_2m", "weather_code", "wind_speed_10m", "wind_direction_10m"):
        body["current"][name] = hourly[name][clock.now().hour + 1]
    return Reply(body)


def printed(arguments: list[str]) -> tuple[Console, str]:
    """A console that recorded what the command prints on a terminal of 80 columns, and what it said on stderr."""
    console = Console(record=True, width=80, force_terminal=True, file=StringIO(), color_system="standard")
    said = StringIO()

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    with (
        mock.patch("blueprints.output.console", return_value=console),
        mock.patch("blueprints.output.colour", lambda stream=None: stream is None),
        mock.patch("sys.stdout", Terminal()),
        redirect_stderr(said),
    ):
        command.run(cli, ["weather", *arguments])
    return console, said.getvalue()


def picture(console: Console, theme: str, title: str) -> str:
    """A small SVG: without fonts from the web, without a clipping for each line, rounded to a tenth."""
    drawn = console.export_svg(title=title, theme=THEMES[theme], clear=False)
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'<clipPath id="[^"]*-line-\d+">.*?</clipPath>', "", drawn, flags=re.DOTALL)
    drawn = re.sub(r' clip-path="url\(#[^"]*\)"', "", drawn)
    drawn = drawn.replace("Fira Code", "ui-monospace")
    return re.sub(r"(\d+\.\d)\d+", r"\1", drawn)


def settings(world: World, home: str) -> dict[str, str]:
    return {**world.environment, "BLUEPRINTS_HOME": home, "COLUMNS": "80", "TERM": "xterm-256color"}


def main() -> None:
    with (
        time_machine.travel(NOW, tick=False),
        running(clock.now) as world,
        tempfile.TemporaryDirectory() as home,
        mock.patch.dict(os.environ, settings(world, home)),
    ):
        os.environ.pop("NO_COLOR", None)
        world.broken["open_meteo"] = sample
        world.broken["met_alerts"] = Reply(bodies.met_alerts(NOW))
        for name, arguments in PICTURES.items():
            console, said = printed(arguments)
            sys.stdout.write(said)
            for theme in THEMES:
                file = FOLDER / f"weather-{name}-{theme}.svg"
                title = "blueprints weather " + " ".join(arguments)
                file.write_text(picture(console, theme, title), encoding="utf-8")


if __name__ == "__main__":
    main()
