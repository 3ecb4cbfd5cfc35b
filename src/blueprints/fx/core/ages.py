"""Staleness of sources that publish all the time: by the age of their last answer."""

from datetime import datetime, timedelta


def missing(answered_at: datetime | None, now: datetime, max_age: timedelta) -> int:
    """1 when there is no answer, or the last one is older than `max_age`; else 0."""
    return int(answered_at is None or now - answered_at > max_age)
