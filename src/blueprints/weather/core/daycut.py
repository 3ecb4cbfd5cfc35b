"""Cutting instants into the days of a place, and describing a day by its hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from blueprints.weather.core.forecast import Conditions

MORNING = time(6)
EVENING = time(18)


def by_date(hours: Iterable[Conditions], zone: ZoneInfo) -> dict[date, list[Conditions]]:
    """Hours under their local date, both in order."""
    cut: dict[date, list[Conditions]] = defaultdict(list)
    for hour in hours:
        cut[hour.time.astimezone(zone).date()].append(hour)
    return dict(cut)


def starts_late(first: datetime, zone: ZoneInfo) -> bool:
    return first.astimezone(zone).time() > MORNING


def ends_early(last: datetime, zone: ZoneInfo) -> bool:
    return last.astimezone(zone).time() < EVENING


def is_partial(hours: Sequence[Conditions], zone: ZoneInfo) -> bool:
    """True when the data begin after 06:00 or end before 18:00 local."""
    return starts_late(hours[0].time, zone) or ends_early(hours[-1].time, zone)


def highest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def lowest(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def total(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None, not 0, when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def strongest(hours: Iterable[Conditions]) -> tuple[float | None, float | None]:
    """Speed and direction of the hour with the most wind."""
    windy = [hour for hour in hours if hour.wind_speed is not None]
    if not windy:
        return None, None
    peak = max(windy, key=lambda hour: hour.wind_speed or 0.0)
    return peak.wind_speed, peak.wind_direction
