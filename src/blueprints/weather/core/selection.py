"""From what a provider said to what was asked: the right days and hours, and nothing that is past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprints.weather.core.forecast import Conditions, Day, Forecast
from blueprints.weather.core.horizon import LONGEST_STEP, Horizon, running

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Selection:
    days: tuple[Day, ...]
    hours: tuple[Conditions, ...]
    current: Conditions | None
    asked: int
    """Dates that were asked for; 0 for hours."""

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.hours)


def selected(forecast: Forecast, horizon: Horizon, now: datetime) -> Selection:
    """The asked part of `forecast`. Days before the place's today are dropped, whenever it was fetched."""
    zone = ZoneInfo(forecast.timezone)
    today = now.astimezone(zone).date()
    asked = 0 if horizon.kind == "hourly" else len(horizon.dates(today))
    days = horizon.chosen_days(tuple(sorted(forecast.days, key=lambda day: day.date)), today)
    hours = horizon.chosen_hours(forecast.hours, now, zone)
    return Selection(days, hours, current(forecast, now), asked)


def current(forecast: Forecast, now: datetime) -> Conditions | None:
    """The provider's own current conditions, unless they are long past; then its hour that covers now."""
    said = forecast.current
    if said is not None and now - said.time < LONGEST_STEP:
        return said
    ahead = running(forecast.hours, now)
    return replace(ahead[0], observed=False) if ahead and ahead[0].time <= now else None
