"""A comparison as people read it: high, low and rain of each day, a column for each provider, and the spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.weather.cells import Cells
from blueprints.weather.core import words
from blueprints.weather.session import age
from blueprints.weather.text import Column, Line, Span, fitted, shortened, table, wrapped

if TYPE_CHECKING:
    from blueprints.weather.core.spread import Spread
    from blueprints.weather.core.units import Units
    from blueprints.weather.report import Column as Said
    from blueprints.weather.report import Comparison

ROWS = {"high": "high", "low": "low", "precipitation": "rain"}
EMPTY = Span("")


def comparison(told: Comparison, system: Units, free: int) -> list[Line]:
    """All lines. A provider whose answer is a stored one is marked with `*`."""
    cells = Cells(system, told.zone)
    answered = [said for said in told.columns if said.days]
    rows = [(spread, name) for spread in told.spreads for name in ROWS]
    columns = [Column("", [_label(spread, name) for spread, name in rows])]
    columns += [
        Column(f"{said.provider}*" if said.stale else said.provider, [_value(cells, said, *row) for row in rows], True)
        for said in answered
    ]
    columns.append(Column("median", [_one(cells, name, getattr(spread, name).median) for spread, name in rows], True))
    columns.append(Column("spread", [_apart(cells, spread, name) for spread, name in rows], True))
    heading = fitted((Span(shortened(told.place.title, free - 5), "bold"), Span(f" · {system.temperature}")), free)
    lines: list[Line] = [heading, (), *table(columns, free), ()]
    for said in answered:
        lines += wrapped(_credit(said, told), free, "dim")
    return lines


def _label(spread: Spread, name: str) -> Span:
    day = words.day(spread.date) if name == "high" else ""
    return Span(f"{day:10}  {ROWS[name]}", "bold" if day else "")


def _value(cells: Cells, said: Said, spread: Spread, name: str) -> Span:
    day = next((day for day in said.days if day.date == spread.date), None)
    return EMPTY if day is None else _one(cells, name, getattr(day, name))


def _one(cells: Cells, name: str, value: float | None) -> Span:
    return cells.amount(value) if name == "precipitation" else cells.temperature(value)


def _apart(cells: Cells, spread: Spread, name: str) -> Span:
    """How far they differ; `--` where only one has a value."""
    range_ = getattr(spread, name)
    value = range_.spread if range_.count > 1 else None
    return cells.amount(value) if name == "precipitation" else cells.difference(value)


def _credit(said: Said, told: Comparison) -> str:
    """Who said it and when, as its licence asks."""
    fetched_at = said.fetched_at or told.now
    fetched = fetched_at.astimezone(told.zone)
    time = f"fetched {words.clock(fetched)}"
    if said.stale:
        time = f"* as of {words.day_clock(fetched)}, {words.age(age(fetched_at, told.now))} old"
    return " · ".join(part for part in (said.provider, time, said.attribution) if part)
