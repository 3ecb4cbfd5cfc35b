"""Fetching on command: what is new since the last stored day, or everything since a given one."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from blueprints.errors import UsageError
from blueprints.fx.core.published import Published
from blueprints.fx.deadlines import in_order
from blueprints.fx.records import Asked, Saved
from blueprints.fx.wire import Wanted

if TYPE_CHECKING:
    from blueprints.fx.desk import Desk

MOST_METERED = 10
"""Requests to a metered source that need no consent."""


def take(desk: "Desk", on: date | None, *, limit_s: float | None = None) -> Saved:
    """Fetch and store one day, or the latest rates. Nothing is stored when fetching raises."""
    from blueprints.fx.fetching import connected, fetched

    wanted = Wanted(desk.utc_today, desk.newest, on, on)
    with connected(desk.name, limit_s) as connection:
        return _stored(desk, wanted, fetched(connection, desk.source, wanted, limit_s))


def update(desk: "Desk", wishes: Sequence[Wanted]) -> Iterator[Saved]:
    """Fetch the source's news, as many at once as it may be asked; yields after each, which is stored then."""
    from blueprints.fx.fetching import connected, fetched

    with connected(desk.name) as connection:
        calls = (partial(fetched, connection, desk.source, wanted) for wanted in wishes)
        for wanted, days in zip(wishes, in_order(calls, desk.source.at_once), strict=True):
            yield _stored(desk, wanted, days)


def wishes(desk: "Desk", since: date | None) -> list[Wanted]:
    """The requests that an update needs, past days that are answered for good left out."""
    today, newest = desk.utc_today, desk.newest
    if desk.source.history == "whole" or since is None:
        return [Wanted(today, newest, since, today if since else None)]
    if desk.source.history == "range":
        return [Wanted(today, newest, since, today)]
    from blueprints.fx.refreshing import answered

    since = max(since, desk.source.begins or since)
    days = (since + timedelta(days=n) for n in range((today - since).days))
    past = [Wanted(today, newest, day, day) for day in days if not answered(desk, day)]
    return [*past, Wanted(today, newest)]


def require_consent(desk: "Desk", wishes: Sequence[Wanted]) -> None:
    """Raise UsageError if the update would use up many requests of a metered source."""
    count = len(wishes) if desk.source.metered else 0
    if count > MOST_METERED:
        raise UsageError(f"{desk.name} counts requests, and this needs {count} of them: add --yes to make them")


def _stored(desk: "Desk", wanted: Wanted, days: list[Published]) -> Saved:
    saved = desk.store.save(desk.name, days, _asked(desk, wanted, sorted(day.date for day in days)))
    if (saved.new or saved.changed) and desk.store.attempt(desk.name) is not None:
        desk.store.remember(desk.name, None)
    return saved


def _asked(desk: "Desk", wanted: Wanted, fetched: list[date]) -> list[Asked]:
    """What the store remembers of the question: for every day asked, the newest day fetched up to it."""
    if desk.source.history == "whole":
        return []
    first, last = wanted.first or wanted.today, wanted.last or wanted.today
    if first == last:
        return [Asked(desk.name, last, max(fetched, default=None), desk.now)]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [Asked(desk.name, day, max((on for on in fetched if on <= day), default=None), desk.now) for day in days]
