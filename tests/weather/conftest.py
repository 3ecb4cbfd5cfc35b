"""A world of fake upstreams at a fixed time, and the program pointed at it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
import time_machine

from blueprints import clock
from blueprints.weather import alerts
from tests.conftest import Result, Run
from tests.weather.world import World, running

NOW = datetime(2026, 11, 22, 13, 3, 11, tzinfo=UTC)
PATIENT = {"BLUEPRINTS_WEATHER__HEDGE_AFTER": "1h", "BLUEPRINTS_WEATHER__DEADLINE": "60s"}
"""Settings of every call: that the machine is busy makes no provider slow. Tests of slow ones set their own."""


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    """The clock of program and upstreams: it stands at NOW until `shift` moves it."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def world(traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The upstreams; the program waits for them however busy the machine is, unless a test says otherwise."""
    monkeypatch.setattr(alerts, "PATIENCE_S", 60.0)
    with running(clock.now) as made:
        yield made


class Weather(Protocol):
    def __call__(self, *args: str, expect: int = 0, **settings: str) -> Result: ...


@pytest.fixture
def weather(run: Run, world: World) -> Weather:
    """`blueprints weather …` against the world; settings as `hedge_after="1s"`."""

    def call(*args: str, expect: int = 0, **settings: str) -> Result:
        more = {f"BLUEPRINTS_WEATHER__{name.upper()}": value for name, value in settings.items()}
        return run("weather", *args, env={**world.environment, **PATIENT, **more}, expect=expect)

    return call


class Json(Protocol):
    def __call__(self, *args: str, **settings: str) -> dict[str, Any]: ...


@pytest.fixture
def told(weather: Weather) -> Json:
    """The JSON that a call prints."""

    def call(*args: str, **settings: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(weather(*args, "--json", expect=0, **settings).stdout)
        return read

    return call


@pytest.fixture
def plugin(isolated: Path) -> Callable[[str, str], Path]:
    """Writes a provider of the user's own: `plugin("mine", source)`."""
    folder = isolated / "config" / "plugins" / "weather" / "providers"
    folder.mkdir(parents=True)

    def write(name: str, source: str) -> Path:
        file = folder / f"{name}.py"
        file.write_text(source, encoding="utf-8")
        return file

    return write
