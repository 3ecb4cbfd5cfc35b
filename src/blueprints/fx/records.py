"""What a store keeps besides published days."""

import datetime as dt
from typing import NamedTuple, TypedDict


class Saved(NamedTuple):
    """What a write changed."""

    new: int
    """Days that were not there before."""
    changed: int
    """Days of which a rate was corrected or added."""


class Asked(NamedTuple):
    """A day for which a source that is fetched by the day was asked."""

    source: str
    date: dt.date
    used: dt.date | None
    """The newest day of the answer; None if the source has no rates for the day asked."""
    at: dt.datetime


class Attempt(NamedTuple):
    """The last try to fetch from a source by itself, remembered so that the next call does not wait again."""

    at: dt.datetime
    day: str
    """The day wanted, or `latest`."""
    failure: str
    """Why it failed; empty if there was nothing new."""


Entry = TypedDict(
    "Entry",
    {
        "at": str,
        "amount": str | None,
        "from": str | None,
        "to": str | None,
        "result": str | None,
        "rate": str | None,
        "date": str | None,
        "source": str | None,
        "kind": str | None,
        "file": str | None,
        "rows": int | None,
    },
)
"""A line of the log of conversions; amounts and rates are decimal text."""

ENTRY_KEYS = ("at", "amount", "from", "to", "result", "rate", "date", "source", "kind", "file", "rows")
