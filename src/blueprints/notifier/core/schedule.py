"""When a failed mail is tried again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

JITTER = 0.2
"""Share by which a wait is stretched or shortened, so that an outage does not end in a burst."""


def next_attempt(attempts: int, now: datetime, schedule: Sequence[timedelta], randomness: float) -> datetime | None:
    """The time of the next attempt after `attempts` failed ones; None when the schedule is used up.

    `randomness` is in [0, 1); 0.5 is the exact wait.
    """
    if attempts > len(schedule):
        return None
    wait = schedule[attempts - 1]
    return now + wait * (1 + JITTER * (2 * randomness - 1))
