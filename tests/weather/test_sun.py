"""Sunrise and sunset where the provider tells none."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from blueprints.weather import sun, zones
from blueprints.weather.core.forecast import Day
from tests.weather.conftest import Json
from tests.weather.world import World

OSLO = ZoneInfo("Europe/Oslo")
SOLSTICE = date(2026, 12, 21)


def near(found: datetime | None, hour: int, minute: int) -> bool:
    wanted = datetime(2026, 12, 21, hour, minute, tzinfo=OSLO)
    return found is not None and abs(found - wanted) <= timedelta(minutes=2)


def test_the_shortest_day_in_oslo() -> None:
    day = sun.with_sun((Day(date=SOLSTICE),), 59.91, 10.75, "Europe/Oslo")[0]
    assert near(day.sunrise, 9, 18)
    assert near(day.sunset, 15, 11)
    assert sun.polar(SOLSTICE, 59.91, 10.75, OSLO) is None


def test_what_the_provider_told_is_kept() -> None:
    told = datetime(2026, 12, 21, 8, tzinfo=UTC)
    day = sun.with_sun((Day(date=SOLSTICE, sunrise=told),), 59.91, 10.75, "Europe/Oslo")[0]
    assert day.sunrise == told
    assert near(day.sunset, 15, 11)


@pytest.mark.parametrize(("month", "word"), [(12, "polar night"), (6, "midnight sun")])
def test_the_far_north(month: int, word: str) -> None:
    on = date(2026, month, 21)
    day = sun.with_sun((Day(date=on),), 78.22, 15.65, "Arctic/Longyearbyen")[0]
    assert (day.sunrise, day.sunset) == (None, None)
    assert sun.polar(on, 78.22, 15.65, ZoneInfo("Arctic/Longyearbyen")) == word


@pytest.mark.parametrize("latitude", [90.0, -90.0])
def test_the_very_poles(latitude: float) -> None:
    words = {sun.polar(date(2026, month, 21), latitude, 0.0, ZoneInfo("UTC")) for month in (6, 12)}
    assert words == {"polar night", "midnight sun"}


def test_day_and_night() -> None:
    assert sun.is_day(datetime(2026, 12, 21, 11, tzinfo=UTC), 59.91, 10.75)
    assert not sun.is_day(datetime(2026, 12, 21, 18, tzinfo=UTC), 59.91, 10.75)


def test_polar_night_is_a_notice(told: Json, world: World, traveller: time_machine.Traveller) -> None:
    traveller.move_to(datetime(2026, 12, 21, 12, tzinfo=UTC))
    found = told("-p", "Longyearbyen", "--provider", "met_norway", "-5")
    assert {(day["sunrise"], day["sunset"]) for day in found["days"]} == {(None, None)}
    assert found["notices"] == ["polar night"]


def test_sunrise_is_computed_for_met_norway(told: Json, traveller: time_machine.Traveller) -> None:
    traveller.move_to(datetime(2026, 12, 21, 12, tzinfo=UTC))
    day = told("-p", "59.91,10.75", "--provider", "met_norway")["days"][0]
    assert near(datetime.fromisoformat(day["sunrise"]), 9, 18)
    assert near(datetime.fromisoformat(day["sunset"]), 15, 11)


def test_zones() -> None:
    assert zones.zone_at(59.91, 10.75) == "Europe/Oslo"
    assert [zones.known(name) for name in ("Europe/Oslo", "Mars/Olympus", "../etc", None, "")] == [
        "Europe/Oslo", None, None, None, None,
    ]  # fmt: skip
