"""Reading what an upstream sent: every step says what was missing, numbers are numbers or None."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from blueprints.errors import UpstreamError


class Changed(UpstreamError):
    """The answer is not what it used to be. The message is the detail, `no day rows found`."""


def mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Changed(f"no {what} found")
    return value


def sequence(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Changed(f"no {what} found")
    return value


def branch(value: Any, *keys: str) -> dict[str, Any]:
    """The object at the end of a path of keys; {} where the path breaks off."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """A number, also one written as text; None for null, `--`, `NaN` and other words. Never -0."""
    if value is None or isinstance(value, bool):
        return None
    if not isinstance(value, (int, float, str)):
        raise Changed(f"a {type(value).__name__} where a number was expected")
    try:
        read = float(value)
    except ValueError:
        return None
    return read + 0.0 if math.isfinite(read) else None


def integer(value: Any) -> int | None:
    read = number(value)
    return None if read is None else int(read)


CONTROLS = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)])
"""What would move a terminal's cursor, set its title or ring its bell; tabs and line ends are kept."""


def text(value: Any) -> str | None:
    """Trimmed text without control characters; None when empty or no text."""
    return (value.translate(CONTROLS).strip() or None) if isinstance(value, str) else None


def instant(value: Any) -> datetime | None:
    """An RFC 3339 time (also `+0100`) in UTC; None when it is none or has no offset."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return None if read.tzinfo is None else read.astimezone(UTC)
