"""Keeping stored rates fresh while they are asked for: one short try, remembered, and a word about what is missing."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING

from blueprints.errors import BlueprintsError, UpstreamError
from blueprints.fx.core.days import weekday
from blueprints.fx.records import Asked, Attempt

if TYPE_CHECKING:
    from blueprints.fx.desk import Desk

LIMIT_S = 3.0
"""A user who waits for a conversion waits no longer than this for a source."""
REMEMBERED = timedelta(minutes=10)
LATEST = "latest"


def refreshed(desk: "Desk", asked: date | None) -> BlueprintsError | None:
    """Fetch what is due for the day asked (None: the latest), if that may be tried; the failure if it failed.

    Raises AuthError: a key that is missing or refused is for the user to mend.
    """
    if desk.source.history == "whole" or asked is None or asked >= desk.utc_today:
        return _fetched(desk, None, LIMIT_S) if due_count(desk, asked) else None
    return _walked_back(desk, asked)


def due_count(desk: "Desk", asked: date | None = None) -> int:
    """How many publications up to the day asked are due but not stored."""
    answer = desk.store.last_answer(desk.name)
    moment = desk.now if asked is None else min(desk.now, datetime.combine(asked, time_of_day.max, UTC))
    return desk.source.missing(desk.newest, answer.at if answer else None, moment)


def remark(desk: "Desk", used: date, asked: date | None) -> str:
    """What to tell about a rate of the day `used`; empty if it is what was asked for."""
    if asked == used:
        return ""
    missing = due_count(desk, asked) if _newer_is_due(desk, asked) else 0
    if missing:
        return _overdue(desk, used, missing)
    if asked is None:
        return ""
    if not answered(desk, asked):
        return f"{asked} was never fetched from {desk.name}: used {used}."
    return f"No rate on {asked} ({weekday(asked)}): used {used}."


def answered(desk: "Desk", asked: date) -> bool:
    """Whether the store knows all that the source has for that day."""
    if desk.source.history == "whole" or asked >= desk.utc_today:
        return not due_count(desk, asked)
    return _final(desk.store.asked(desk.name, asked))


def _newer_is_due(desk: "Desk", asked: date | None) -> bool:
    return desk.source.history == "whole" or asked is None or asked >= desk.utc_today


def _overdue(desk: "Desk", used: date, missing: int) -> str:
    command = "blueprints fx update" + ("" if desk.name == desk.settings.source else f" --source {desk.name}")
    if desk.source.metered:
        return f"Rate of {used}; a newer one is due: {command}."
    counted = "1 publication is" if missing == 1 else f"{missing} publications are"
    return f"Rate of {used}; {counted} missing: {command}."


def _final(answer: Asked | None) -> bool:
    """An answer given on its own day may have come before the day's rates did."""
    return answer is not None and answer.at.astimezone(UTC).date() > answer.date


def _walked_back(desk: "Desk", asked: date) -> BlueprintsError | None:
    """Fetch a past day; if the source has none of it, the day before, as far as a rate may be used."""
    deadline = time.monotonic() + LIMIT_S
    on = asked
    while on >= asked - desk.gap:
        answer = desk.store.asked(desk.name, on)
        if not _final(answer):
            failure = _fetched(desk, on, max(0.1, deadline - time.monotonic()))
            answer = desk.store.asked(desk.name, on)
            if failure is not None or answer is None:
                return failure
        if answer is not None and answer.used is not None:
            return None
        on -= timedelta(days=1)
    return None


def _fetched(desk: "Desk", on: date | None, limit_s: float) -> BlueprintsError | None:
    """One try for a day (None: the latest), unless one has just failed or found nothing."""
    if desk.offline:
        return None
    day = str(on or LATEST)
    last = desk.store.attempt(desk.name)
    if last is not None and desk.now - last.at < REMEMBERED and (last.failure or last.day == day):
        return UpstreamError(last.failure) if last.failure else None
    from blueprints.fx.updating import take

    try:
        saved = take(desk, on, limit_s=limit_s)
    except UpstreamError as error:
        desk.store.remember(desk.name, Attempt(desk.now, day, str(error)))
        desk.tell(f"{error}.")
        return error
    if saved.new or saved.changed:
        desk.forget()
    else:
        desk.store.remember(desk.name, Attempt(desk.now, day, ""))
    return None
