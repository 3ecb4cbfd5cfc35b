"""Days as people type them."""

import re
from datetime import date, timedelta

from blueprints.fx.core.errors import BadDay

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARLIEST = date(1900, 1, 1)
"""Long before the rates of any source, and far enough from the beginning of the calendar to count back from."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str, today: date) -> date:
    """The day of `YYYY-MM-DD`, `today` or `yesterday`. Raises BadDay, for days after `today` and before 1900 too."""
    word = text.strip().lower()
    if word in ("today", "yesterday"):
        return today if word == "today" else today - timedelta(days=1)
    result = iso(text)
    if result > today:
        raise BadDay(f"{text} is in the future: no rate is known before its day")
    if result < EARLIEST:
        raise BadDay(f"{text} is too long ago: no source has rates of before {EARLIEST}")
    return result


def iso(text: str) -> date:
    """The day of `YYYY-MM-DD`, and of no other form that Python reads. Raises BadDay."""
    try:
        return date.fromisoformat(text.strip() if _ISO.fullmatch(text.strip()) else "")
    except ValueError as error:
        raise BadDay(f"{text!r} is not a day: write YYYY-MM-DD, today or yesterday") from error


def weekday(on: date) -> str:
    """The English name of the day of the week."""
    return _WEEKDAYS[on.weekday()]
