"""A question about the weather, and all that its answer needs to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from blueprints.weather.core.forecast import Alert, Conditions, Day, Forecast, Place
from blueprints.weather.core.horizon import Horizon
from blueprints.weather.core.spread import Spread
from blueprints.weather.race import Attempt


@dataclass(frozen=True)
class Question:
    place: str
    horizon: Horizon
    providers: tuple[str, ...]
    named: bool = False
    """Whether the providers were named for this call; then only they are asked, also for alerts."""


@dataclass(frozen=True)
class Report:
    place: Place
    others: tuple[Place, ...]
    """Places of the same name that were not meant."""
    horizon: Horizon
    now: datetime
    forecast: Forecast
    days: tuple[Day, ...]
    hours: tuple[Conditions, ...]
    current: Conditions | None
    stale: bool
    fetched_at: datetime
    alerts: tuple[Alert, ...] = ()
    notices: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.forecast.timezone)


@dataclass(frozen=True)
class Column:
    """What one provider says in a comparison."""

    provider: str
    error: str | None = None
    fetched_at: datetime | None = None
    stale: bool = False
    days: tuple[Day, ...] = ()
    attribution: str = ""


@dataclass(frozen=True)
class Comparison:
    place: Place
    others: tuple[Place, ...]
    now: datetime
    zone: ZoneInfo
    columns: tuple[Column, ...]
    spreads: tuple[Spread, ...]
    notices: tuple[str, ...] = field(default=())
