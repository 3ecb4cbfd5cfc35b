"""The hours of a weather.com page from its markup: rows like those of days, labelled `2 pm` or `14:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprints.weather.core.forecast import Conditions
from blueprints.weather.core.reading import Changed
from blueprints.weather.pages import markup

if TYPE_CHECKING:
    from bs4 import Tag

HOUR = timedelta(hours=1)
DAY_HOURS = 25
"""How far ahead the next row is looked for: a day of 25 hours has every hour at least once."""


def hours(page: Tag, now: datetime, timezone: str | None) -> tuple[Conditions, ...]:
    """The hour rows; () when there are none, or the zone is unknown in which they are meant.

    Raises Changed for a row among them whose hour is not understood.
    """
    rows = page.select('[data-testid="DetailsSummary"]')
    labels = [markup.marked(row, "daypartName") or "" for row in rows]
    if not labels or _hour(labels[0]) is None or timezone is None:
        return ()
    imperial = markup.is_imperial(page)
    times = _times(labels, now, ZoneInfo(timezone))
    return tuple(_conditions(row, time, imperial) for row, time in zip(rows, times, strict=True))


def _hour(label: str) -> int | None:
    """0-23 of `2 pm`, `12 am`, `14:00`."""
    found = re.fullmatch(r"(\d{1,2})(?::00)?\s*([ap]m)?", label.strip(), re.IGNORECASE)
    if found is None:
        return None
    told = int(found[1])
    if found[2]:
        return told % 12 + 12 * (found[2].lower() == "pm") if 1 <= told <= 12 else None
    return told if told < 24 else None


def _times(labels: list[str], now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The hours one after the other, the first from the hour before now on: pages are a little old."""
    at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - 2 * HOUR
    found = []
    for label in labels:
        wanted = _hour(label)
        ahead = (at + step * HOUR for step in range(1, DAY_HOURS + 1))
        at = next((time for time in ahead if time.astimezone(zone).hour == wanted), None) or _not_understood(label)
        found.append(at)
    return found


def _not_understood(label: str) -> datetime:
    raise Changed(f"the hour {label!r} is not understood")


def _conditions(row: Tag, time: datetime, imperial: bool) -> Conditions:
    details = row.find_parent("details") or row
    speed, direction = markup.wind(markup.marked(row, "Wind") or markup.marked(details, "Wind"), imperial)
    return Conditions(
        time=time,
        temperature=markup.degrees(markup.marked(row, "TemperatureValue"), imperial),
        code=markup.icon(row),
        source_text=markup.phrase(row),
        wind_speed=speed,
        wind_direction=direction,
        humidity=markup.number(markup.marked(details, "HumiditySection")),
        probability=markup.number(markup.marked(row, "Precip")),
        uv=markup.number(markup.marked(details, "UVIndexValue")),
        cloud=markup.number(markup.marked(details, "CloudCoverSection")),
    )
