"""The flood guard: a replay of last month's events must not mail last month's customers."""

from datetime import datetime, timedelta

TOO_OLD = "too old"


def too_old(happened_at: datetime | None, now: datetime, max_age: timedelta) -> bool:
    return happened_at is not None and now - happened_at > max_age
