"""One published day of one source, the unit in which rates are fetched, checked, stored and used."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Published(NamedTuple):
    """All rates that a source published for one day."""

    date: date
    base: str
    rates: Mapping[str, str]
    """Units of each currency for one unit of `base`, as published: decimal text, exact. `base` itself is left out."""
    fetched_at: str | None = None
    """RFC 3339 in UTC; None for days that came with an installed package."""


def oldest_first(days: Iterable[Published]) -> list[Published]:
    """The days in the order in which they are to be written, so that a broken write leaves no hole."""
    return sorted(days, key=lambda day: day.date)
