"""The program's only clock, and durations as people write them."""

import re
from datetime import UTC, datetime, timedelta

from blueprints.errors import UsageError

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def now() -> datetime:
    """The present moment, aware, in UTC. Nothing else in the program asks for the time of day."""
    return datetime.now(UTC)


def local_text(moment: str | None) -> str:
    """An RFC 3339 time as a person reads it: to the second, in the zone of this machine; empty for None."""
    return "" if moment is None else f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}"


def duration(text: str) -> timedelta:
    """`90s`, `3m`, `2h`, `7d`, `500ms`, `1h30m` or `0` as a timedelta; raises UsageError."""
    if text.strip() == "0":
        return timedelta()
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|[smhd])", text.strip())
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise UsageError(f"{text!r} is no duration: write it like 90s, 3m, 2h or 7d")
    try:
        return timedelta(seconds=sum(float(number) * UNITS[unit] for number, unit in parts))
    except OverflowError as error:
        raise UsageError(f"{text!r} is too long a duration") from error


def duration_text(value: timedelta) -> str:
    """The shortest spelling that `duration` reads back: 90 s is `90s`, 180 s is `3m`."""
    milliseconds = round(value / timedelta(milliseconds=1))
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0"
