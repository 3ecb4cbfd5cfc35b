"""Dates and times as callers write them."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

LAST_MOMENT = time.max
BLANK_OFFSET = re.compile(r"(?<=.{16}) (\d\d:?\d\d)$")
"""An offset whose plus sign a URL has turned into a blank."""


class NotAMoment(ValueError):
    """A text that is neither a date nor a time with offset."""


def begin(text: str) -> datetime:
    """The first moment that a text means: itself, or the start of a plain date in `orders.time_zone`."""
    return _moment(text, time.min)


def end(text: str) -> datetime:
    """The last moment that a text means: itself, or the end of a plain date in `orders.time_zone`."""
    return _moment(text, LAST_MOMENT)


def _moment(text: str, of_day: time) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(
                date.fromisoformat(text), of_day, tzinfo=ZoneInfo(settings.SERVICE_CONFIG.time_zone)
            )
        found = datetime.fromisoformat(BLANK_OFFSET.sub(r"+\1", text))
    except ValueError as error:
        raise NotAMoment(f"{text[:40]!r} is no date (2026-11-22) and no time (2026-11-22T15:57:00Z)") from error
    if found.tzinfo is None:
        raise NotAMoment(f"{text[:40]!r} lacks its offset from UTC, such as Z or +01:00")
    return _in_range(found)


def _in_range(found: datetime) -> datetime:
    """Times so early or late that they have no counterpart in other time zones are pulled inside."""
    margin = timedelta(days=2)
    plain = found.replace(tzinfo=None)
    if plain < datetime.min + margin:  # noqa: DTZ901  # compared without a zone
        return (datetime.min + margin).replace(tzinfo=found.tzinfo)  # noqa: DTZ901  # as above
    if plain > datetime.max - margin:  # noqa: DTZ901  # as above
        return (datetime.max - margin).replace(tzinfo=found.tzinfo)  # noqa: DTZ901  # as above
    return found
