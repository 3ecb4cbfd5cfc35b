"""A forecast or a place as JSON text and back, for the file of last good answers."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from blueprints.weather.core.forecast import Alert, Conditions, Day, Forecast, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1


def dumped(forecast: Forecast) -> str:
    """Rows of values in the order of the fields, which is a third of the size of objects."""
    return json.dumps(
        {
            "version": VERSION,
            "forecast": _row(forecast, skip=("days", "hours", "current", "place")),
            "current": None if forecast.current is None else _row(forecast.current),
            "days": [_row(day) for day in forecast.days],
            "hours": [_row(hour) for hour in forecast.hours],
            "place": None if forecast.place is None else _row(forecast.place),
        },
        separators=(",", ":"),
    )


def loaded(text: str) -> Forecast | None:
    """None when the text is of another version or damaged."""
    try:
        body = json.loads(text)
        if body["version"] != VERSION:
            return None
        return Forecast(
            **_values(Forecast, body["forecast"], skip=("days", "hours", "current", "place")),
            current=None if body["current"] is None else Conditions(**_values(Conditions, body["current"])),
            days=tuple(Day(**_values(Day, row)) for row in body["days"]),
            hours=tuple(Conditions(**_values(Conditions, row)) for row in body["hours"]),
            place=None if body["place"] is None else Place(**_values(Place, body["place"])),
        )
    except (ValueError, KeyError, TypeError):
        return None


def dumped_places(places: list[Place]) -> str:
    return json.dumps([_row(place) for place in places], separators=(",", ":"))


def loaded_places(text: str) -> list[Place]:
    return [Place(**_values(Place, row)) for row in json.loads(text)]


def dumped_alerts(alerts: Sequence[Alert]) -> str:
    return json.dumps([_row(alert) for alert in alerts], separators=(",", ":"))


def loaded_alerts(text: str) -> list[Alert]:
    """None of them when the text is of another version or damaged."""
    try:
        return [Alert(**_values(Alert, row)) for row in json.loads(text)]
    except (ValueError, TypeError):
        return []


def _row(value: Any, skip: tuple[str, ...] = ()) -> list[Any]:
    return [_plain(getattr(value, item.name)) for item in fields(value) if item.name not in skip]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


TIMES = frozenset({"time", "sunrise", "sunset", "issued_at", "fetched_at", "starts", "ends"})


def _values(kind: type[Any], row: list[Any], skip: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [item.name for item in fields(kind) if item.name not in skip]
    return {name: _typed(name, value) for name, value in zip(names, row, strict=True)}


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in TIMES:
        return datetime.fromisoformat(value)
    if name == "date":
        return date.fromisoformat(value)
    return tuple(value) if name == "notices" else value
