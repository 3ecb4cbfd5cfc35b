"""What an attempt came to, and what follows from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from blueprints.web import backoff

LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Outcome:
    """One attempt: the HTTP status, or None and why there was none."""

    status: int | None
    error: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Verdict:
    """The delivery's next state and, when it waits, from when on it is due."""

    state: Literal["delivered", "waiting", "dead"]
    next_attempt_at: datetime
    disables: bool = False


def verdict(
    outcome: Outcome, attempts: int, schedule: Sequence[timedelta], jitter: float, now: datetime,
    random: Callable[[], float],
) -> Verdict:  # fmt: skip
    """2xx is done, 410 ends the subscription, everything else is tried again by the schedule, then dead.

    429 and 503 may ask for a longer pause by Retry-After, of at most a day. `attempts` counts this one.
    """
    if outcome.status is not None and 200 <= outcome.status < 300:
        return Verdict("delivered", now)
    if outcome.status == 410:
        return Verdict("dead", now, disables=True)
    pause = backoff.delay(schedule, attempts, jitter, random)
    if pause is None:
        return Verdict("dead", now)
    if outcome.status in (429, 503):
        pause = max(pause, asked_pause(outcome.retry_after, now))
    return Verdict("waiting", now + pause)


def asked_pause(text: str, now: datetime) -> timedelta:
    """Retry-After as a pause, from seconds or an HTTP date; nothing where it is neither."""
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 86_400)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return timedelta()
    if moment.tzinfo is None:
        return timedelta()
    return max(timedelta(), min(moment - now, LONGEST_WAIT))
