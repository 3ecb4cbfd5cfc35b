"""Sunrise and sunset of places whose provider tells none, by astral."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from astral import Observer

    from blueprints.weather.core.forecast import Day

NIGHT, DAY = "polar night", "midnight sun"


def with_sun(days: tuple[Day, ...], latitude: float, longitude: float, timezone: str) -> tuple[Day, ...]:
    """The days with sunrise and sunset in aware times; None stays where the sun does not cross the horizon."""
    return tuple(
        day if day.sunrise and day.sunset else _lit(day, latitude, longitude, ZoneInfo(timezone)) for day in days
    )


def _lit(day: Day, latitude: float, longitude: float, zone: ZoneInfo) -> Day:
    return replace(
        day,
        sunrise=day.sunrise or crossing("sunrise", day.date, latitude, longitude, zone),
        sunset=day.sunset or crossing("sunset", day.date, latitude, longitude, zone),
    )


def crossing(name: str, on: date, latitude: float, longitude: float, zone: ZoneInfo) -> datetime | None:
    """When the sun crosses the horizon on a local date; None when it does not."""
    from astral import sun

    try:
        found: datetime = getattr(sun, name)(_observer(latitude, longitude), date=on, tzinfo=zone)
    except ValueError:
        return None
    return found


def polar(on: date, latitude: float, longitude: float, zone: ZoneInfo) -> str | None:
    """`polar night` or `midnight sun` on a local date, by where the sun stands at noon; None elsewhere."""
    if any(crossing(name, on, latitude, longitude, zone) for name in ("sunrise", "sunset")):
        return None
    from astral import sun

    noon = datetime(on.year, on.month, on.day, tzinfo=zone) + timedelta(hours=12)
    return DAY if sun.elevation(_observer(latitude, longitude), noon) > 0 else NIGHT


def is_day(time: datetime, latitude: float, longitude: float) -> bool:
    """Whether the sun is above the horizon, refraction counted."""
    from astral import sun

    return bool(sun.elevation(_observer(latitude, longitude), time) > -0.833)


def _observer(latitude: float, longitude: float) -> Observer:
    from astral import Observer

    return Observer(max(-89.8, min(89.8, latitude)), longitude)  # at the very pole every direction is south
