"""Reports as people read them: alerts, then a card, a table of days or of hours, then who said it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.weather.cells import NUMBERS, TITLES, Cells, sparkline
from blueprints.weather.core import daycut, words
from blueprints.weather.session import age
from blueprints.weather.text import Column, Line, Span, fits, fitted, shortened, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from blueprints.weather.core.forecast import Alert, Conditions, Day
    from blueprints.weather.core.units import Units
    from blueprints.weather.report import Report

SEVERITY = {"extreme": "bold white on red", "severe": "bold red", "moderate": "bold yellow", "minor": "yellow"}
CARD_LABELS = {**TITLES, "temperature": "Now", "precipitation": "Amount", "probability": "Chance of rain"}
DAY_ONLY = frozenset({"high", "low", "snow", "sun"})
TREND_HOURS = 3
"""One bar of a day's trend stands for so many hours."""


def report(told: Report, system: Units, fields: Sequence[str], free: int, *, rich: bool) -> list[Line]:
    """All lines. `rich` adds sparklines and the plot, for a terminal."""
    cells = Cells(system, told.zone)
    lines: list[Line] = []
    if told.stale:
        lines.append((Span(shortened(_as_of(told), free), "yellow"),))
    for alert in told.alerts:
        lines += _alert(alert, cells, free)
    lines += _body(told, cells, fields, free, rich=rich)
    return [*lines, (), *wrapped(_source(told), free, "dim")]


def _as_of(told: Report) -> str:
    """`as of Sat 10:05, 7 h old`."""
    fetched = told.fetched_at.astimezone(told.zone)
    return f"as of {words.day_clock(fetched)}, {words.age(age(told.fetched_at, told.now))} old"


def _source(told: Report) -> str:
    fetched = told.fetched_at.astimezone(told.zone)
    now = told.now.astimezone(told.zone)
    time = words.clock(fetched) if fetched.date() == now.date() else words.day_clock(fetched)
    return " · ".join(part for part in (told.forecast.provider, f"fetched {time}", told.forecast.attribution) if part)


def _alert(alert: Alert, cells: Cells, free: int) -> list[Line]:
    until = "" if alert.ends is None else f" until {words.day_clock(alert.ends.astimezone(cells.zone))}"
    area = f", {alert.area}" if alert.area else ""
    head = f"{alert.severity.capitalize()}: {alert.event}{until}{area}"
    lines = wrapped(head, free, SEVERITY.get(alert.severity, "bold"))
    more = alert.headline if alert.headline and alert.headline != alert.event else None
    return [*lines, *(wrapped(more, free) if more else []), ()]


def _body(told: Report, cells: Cells, fields: Sequence[str], free: int, *, rich: bool) -> list[Line]:
    if told.horizon.kind == "today":
        return _card(told, cells, fields, free, rich=rich)
    if told.horizon.kind == "hourly":
        return _hours(told, cells, fields, free, rich=rich)
    return _days(told, cells, fields, free, rich=rich)


def _heading(told: Report, cells: Cells, free: int, *more: str) -> Line:
    """`Berlin, Germany · Sun 22 Nov · 14:03 · °C`."""
    text = " · ".join([*more, cells.system.temperature])
    return fitted((Span(shortened(told.place.title, max(free - len(text) - 3, 8)), "bold"), Span(f" · {text}")), free)


def _card(told: Report, cells: Cells, fields: Sequence[str], free: int, *, rich: bool) -> list[Line]:
    now = told.now.astimezone(told.zone)
    lines: list[Line] = [_heading(told, cells, free, words.day(now.date()), words.clock(now)), ()]
    rows = [(CARD_LABELS[name], _card_value(told, cells, name)) for name in fields]
    wide = max(len(label) for label, _ in rows) + 2
    lines += [fitted((Span(label.ljust(wide), "dim"), value), free) for label, value in rows]
    trend = sparkline(hour.temperature for hour in told.hours)
    if rich and len(trend) > 1 and "temperature" in fields:
        ends = (words.clock(told.hours[index].time.astimezone(told.zone)) for index in (0, -1))
        spans = (Span("Rest of day".ljust(wide), "dim"), Span(f"{trend} ", "cyan"), Span("-".join(ends), "dim"))
        lines.append(fitted(spans, free))
    return lines


def _card_value(told: Report, cells: Cells, name: str) -> Span:
    """The current value where there is one, else the day's."""
    day = told.days[0] if told.days else None
    hours = told.hours
    if name in DAY_ONLY or (name == "probability" and day is not None):
        return cells.of_day(day, name, hours) if day else Span("--")
    current = told.current
    value = cells.of_conditions(current, name) if current else Span("--")
    if value.text == "--" and day is not None and name != "temperature":
        return cells.of_day(day, name, hours)
    return value


def _days(told: Report, cells: Cells, fields: Sequence[str], free: int, *, rich: bool) -> list[Line]:
    hours_of = daycut.by_date(told.forecast.hours, told.zone)
    shown = [name for name in fields if name != "temperature"] or ["high", "low"]
    columns = [_column(name, [_day_cell(cells, day, name, hours_of) for day in told.days]) for name in shown]
    label = Column("", [Span(words.day(day.date), "bold") for day in told.days])
    trend = Column("Trend", [_day_cell(cells, day, "temperature", hours_of) for day in told.days])
    if rich and "temperature" in fields and fits([label, trend, *columns], free):
        columns = [trend, *columns]
    heading = _heading(told, cells, free, _now(told, cells) if "temperature" in fields else "forecast")
    return [heading, (), *table([label, *columns], free)]


def _day_cell(cells: Cells, day: Day, name: str, hours_of: Mapping[date, list[Conditions]]) -> Span:
    hours = hours_of.get(day.date, [])
    return cells.of_day(day, name, hours[::TREND_HOURS] if name == "temperature" else hours)


def _now(told: Report, cells: Cells) -> str:
    """`now 8°, overcast`."""
    if told.current is None:
        return "now --"
    return f"now {cells.temperature(told.current.temperature).text}, {cells.condition(told.current).text}"


def _hours(told: Report, cells: Cells, fields: Sequence[str], free: int, *, rich: bool) -> list[Line]:
    shown = [name for name in fields if name not in DAY_ONLY] or ["temperature"]
    columns = [_column(name, [cells.of_conditions(hour, name) for hour in told.hours]) for name in shown]
    times = [words.day_clock(hour.time.astimezone(told.zone)) for hour in told.hours]
    lines: list[Line] = [_heading(told, cells, free, "24 hours"), ()]
    if rich:
        from blueprints.weather.plot import plot

        lines += [*plot(told.hours, cells, free), ()]
    return [*lines, *table([Column("", [Span(time, "bold") for time in times]), *columns], free)]


def _column(name: str, cells: Sequence[Span]) -> Column:
    return Column(TITLES[name], cells, right=name in NUMBERS, flexible=name == "condition")
