"""Moments as milliseconds since 1970 and as the text that outputs and audit rows show."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(text: str) -> int:
    """Milliseconds of an RFC 3339 moment; raises ValueError, also without an offset or beyond the calendar in UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no offset")
    found = of(moment)
    if not EARLIEST <= found <= LATEST:
        raise ValueError(f"{text} is no moment of the years 1 to 9999 in UTC")
    return found


def of(moment: datetime) -> int:
    """Milliseconds of an aware datetime, cut down."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


EARLIEST = of(datetime.min.replace(tzinfo=UTC))
LATEST = of(datetime.max.replace(tzinfo=UTC))


def moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def exact(milliseconds: int) -> str:
    """`2026-11-22T18:00:00.123Z`: the form of audit rows."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{_second(whole)}.{rest:03d}Z"


def whole(milliseconds: int | None) -> str | None:
    """`2026-11-22T18:00:00Z`, cut down to the second; None stays None."""
    return None if milliseconds is None else f"{_second(milliseconds // 1000)}Z"


@lru_cache(maxsize=4096)  # posts of one vote share their seconds
def _second(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[: len("2026-11-22T18:00:00")]
