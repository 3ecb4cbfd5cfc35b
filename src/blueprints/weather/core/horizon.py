"""Which dates and hours are asked for, counted from today in the place's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from blueprints.weather.core.forecast import Conditions, Day

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 16
"""Days that any provider looks ahead."""
HOUR = timedelta(hours=1)
LONGEST_STEP = timedelta(hours=6)
"""A step begun longer ago than this no longer describes now."""


@dataclass(frozen=True, slots=True)
class Horizon:
    kind: Literal["today", "days", "weekend", "hourly"]
    count: int = 1
    weekend: tuple[str, ...] = ("fri", "sat", "sun")

    def dates(self, today: date) -> list[date]:
        """The dates asked for, in order."""
        if self.kind == "weekend":
            return _weekend(today, {WEEKDAYS.index(name) for name in self.weekend})
        return [today + timedelta(days=ahead) for ahead in range(2 if self.kind == "hourly" else self.count)]

    def days(self, today: date) -> int:
        """How many dates a provider must give, today included."""
        return (self.dates(today)[-1] - today).days + 1

    def chosen_days(self, days: tuple[Day, ...], today: date) -> tuple[Day, ...]:
        asked = set() if self.kind == "hourly" else set(self.dates(today))
        return tuple(day for day in days if day.date in asked)

    def chosen_hours(self, hours: tuple[Conditions, ...], now: datetime, zone: ZoneInfo) -> tuple[Conditions, ...]:
        """24 hours from the current one, or what is left of today; none for other horizons."""
        if self.kind == "hourly":
            end = _current_hour(hours, now) + 24 * HOUR
        elif self.kind == "today":
            end = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
        else:
            return ()
        return tuple(hour for hour in running(hours, now) if hour.time < end)


def running(hours: tuple[Conditions, ...], now: datetime) -> tuple[Conditions, ...]:
    """From the step that covers `now` on: the last one begun by then, unless that is long past."""
    begun = [index for index, hour in enumerate(hours) if hour.time <= now]
    if not begun:
        return hours
    covers = now - hours[begun[-1]].time < LONGEST_STEP
    return hours[begun[-1] if covers else begun[-1] + 1 :]


def _current_hour(hours: tuple[Conditions, ...], now: datetime) -> datetime:
    """When the hour began that covers `now`; in zones half an hour off that is at half past by UTC."""
    begun = next((hour.time for hour in reversed(hours) if hour.time <= now), None)
    return begun if begun is not None and now - begun < HOUR else floored(now)


def floored(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone)


def _weekend(today: date, wanted: set[int]) -> list[date]:
    """The rest of the weekend that is on, else the whole next one; at most a week."""
    start = next(today + timedelta(days=ahead) for ahead in range(7) if (today.weekday() + ahead) % 7 in wanted)
    dates = [start]
    while len(dates) < 7 and (dates[-1] + timedelta(days=1)).weekday() in wanted:
        dates.append(dates[-1] + timedelta(days=1))
    return dates
