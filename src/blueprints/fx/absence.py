"""Why there is no rate: a code that nobody has, a code of other sources, or a day too far from any rate."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from blueprints.errors import BlueprintsError
from blueprints.fx.core import currencies, pricing
from blueprints.fx.core.ended import ENDED
from blueprints.fx.core.errors import RateNotFound
from blueprints.fx.core.published import Published

if TYPE_CHECKING:
    from blueprints.fx.desk import Desk


def require_stored(desk: "Desk", code: str) -> None:
    """Raise UnknownCurrency unless some source has the code on its newest day; a source never asked is asked first."""
    if desk.newest is None:
        from blueprints.fx.refreshing import refreshed

        failure = refreshed(desk, None)
        if failure is not None:
            raise failure
    if not any(code == day.base or code in day.rates for day in _newest_days(desk)):
        quoted = {quote for day in _newest_days(desk) for quote in (day.base, *day.rates)}
        raise currencies.unknown(code, {*desk.standard, *ENDED, *quoted}, quoted)


def absent(desk: "Desk", origin: str, target: str, anchor: date | None, on: date) -> BlueprintsError:
    """The error for a pair without a rate at `anchor`, asked for the day `on`."""
    if anchor is None:
        return RateNotFound(f"no rates of {desk.name} are stored: blueprints fx update --source {desk.name}")
    for code in (origin, target):
        if not _ever(desk, code, on):
            return _elsewhere(desk, code)
    before = _first(origin, target, desk.store.days(desk.name, None, anchor, newest_first=True))
    after = _first(origin, target, desk.store.days(desk.name, anchor + timedelta(days=1)))
    days = f"the last before is of {before}" if before else "there is none before"
    days += f", the first after of {after}" if after else ", there is none after"
    remarks = [text for code, text in desk.source.remarks.items() if code in (origin, target)]
    advice = f"--date {before or after} or another --source" if before or after else "another --source"
    reasons = " ".join(["", *remarks])
    return RateNotFound(
        f"{desk.name} has no rate of {origin} in {target} for {anchor} or the {desk.gap.days} days before: {days}."
        f"{reasons} Try {advice}"
    )


def _first(origin: str, target: str, days: Iterator[Published]) -> date | None:
    return next((day.date for day in days if pricing.quoted(origin, target, day, day.date)), None)


def _ever(desk: "Desk", code: str, on: date) -> bool:
    root = pricing.successor(code, on)
    return any(root == day.base or root in day.rates or code in day.rates for day in _all_days(desk))


def _all_days(desk: "Desk") -> Iterator[Published]:
    return desk.store.days(desk.name, newest_first=True)


def _elsewhere(desk: "Desk", code: str) -> BlueprintsError:
    """The error for a code that the source never had: who has it, and who might."""
    from blueprints.fx import sources

    others = [desk.beside(name) for name in sources.names() if name != desk.name]
    having = [other.name for other in others if any(code in day.rates or code == day.base for day in _newest(other))]
    unasked = [other.name for other in others if other.newest is None]
    if having:
        return RateNotFound(f"{desk.name} has no {code}; {' and '.join(having)} has it: --source {having[0]}")
    return RateNotFound(
        f"{desk.name} has no {code}, nor has any stored source; not yet asked: {', '.join(unasked)} (--source)"
    )


def _newest_days(desk: "Desk") -> Iterator[Published]:
    from blueprints.fx import sources

    for name in sources.names():
        yield from _newest(desk.beside(name))


def _newest(desk: "Desk") -> Iterator[Published]:
    newest = desk.newest
    if newest is not None:
        yield from desk.store.days(desk.name, newest, newest)
