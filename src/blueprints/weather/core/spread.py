"""How far providers differ about the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from blueprints.weather.core.forecast import Day


@dataclass(frozen=True, slots=True)
class Range:
    """Over the providers with a value, in a forecast's own units; all None when none has one."""

    min: float | None
    max: float | None
    median: float | None
    spread: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    date: date
    high: Range
    low: Range
    precipitation: Range


def of(values: Iterable[float | None]) -> Range:
    from statistics import median  # with all that it imports, only for comparisons

    known = sorted(value for value in values if value is not None)
    if not known:
        return Range(None, None, None, None, 0)
    return Range(known[0], known[-1], median(known), known[-1] - known[0], len(known))


def spreads(days: Mapping[str, Sequence[Day]]) -> list[Spread]:
    """One for each date that any provider has, in order."""
    dates: dict[date, list[Day]] = {}
    for provider_days in days.values():
        for day in provider_days:
            dates.setdefault(day.date, []).append(day)
    return [
        Spread(
            on,
            of(day.high for day in dates[on]),
            of(day.low for day in dates[on]),
            of(day.precipitation for day in dates[on]),
        )
        for on in sorted(dates)
    ]
