"""Stores of rates, one file each; the file's name is the scheme of the address in `fx.store`.

Days are written oldest first, in one transaction where the store has them, so that neither a kill nor twenty writers at
once leave a hole, a double or half a day.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from blueprints.errors import ConfigError
from blueprints.fx.core.published import Published
from blueprints.fx.records import Asked, Attempt, Entry, Saved

PACKAGE = "blueprints.fx.stores"
VERSION = 1
"""Of the form in which stores keep their data; a store of a newer version is not touched."""


class Store(Protocol):
    """The contract. Every method raises StoreFailed, within 3 seconds where the store cannot be reached."""

    def __init__(self, address: str) -> None:
        """Open the store at the address of `fx.store`, and make it where there is none."""
        ...

    def days(
        self, source: str, first: date | None = None, last: date | None = None, *, newest_first: bool = False
    ) -> Iterator[Published]:
        """The stored days from `first` to `last`, both included, one at a time."""
        ...

    def span(self, source: str) -> tuple[date, date] | None:
        """The first and the last stored day."""
        ...

    def save(self, source: str, days: Sequence[Published], asked: Sequence[Asked] = ()) -> Saved:
        """Merge the days, oldest first: new rates win, missing ones stay, equal values change nothing."""
        ...

    def seed(self, source: str, days: Sequence[Published], settings: dict[str, str]) -> None:
        """Add first days; those that are there already stay. The settings are written last."""
        ...

    def asked(self, source: str, on: date) -> Asked | None:
        """The answer of the source when asked for that day."""
        ...

    def last_answer(self, source: str) -> Asked | None:
        """The last answer that the source gave about the day on which it was asked."""
        ...

    def attempt(self, source: str) -> Attempt | None:
        """The last try to fetch from the source by itself."""
        ...

    def remember(self, source: str, attempt: Attempt | None) -> None:
        """Keep the last try; None forgets it."""
        ...

    def setting(self, name: str) -> str | None: ...

    def set_setting(self, name: str, value: str) -> None: ...

    def log(self, entries: Sequence[Entry], keep: int) -> None:
        """Add lines to the log, and drop the oldest beyond `keep`."""
        ...

    def logged(self, limit: int, since: str = "") -> list[Entry]:
        """The newest `limit` lines of the log at or after the moment `since`, oldest first."""
        ...

    def clear_log(self) -> int:
        """Empty the log; the number of lines it had."""
        ...

    def close(self) -> None: ...


def store(address: str) -> Store:
    """The store of that address (`sqlite`, `sqlite:///path`, `mongodb://…`); raises ConfigError or StoreFailed."""
    from blueprints import plugins

    name = address.partition(":")[0].partition("+")[0]
    try:
        made = plugins.load(PACKAGE, name, "Store")
    except plugins.Unknown as error:
        raise ConfigError(
            f"fx.store: {masked(address)!r} names no store: write sqlite, sqlite:///path or mongodb://host/name"
        ) from error
    opened: Store = made(address)
    return opened


def masked(address: str) -> str:
    """The address without its password."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:••••@", address)
