"""Milliseconds since 1970 as the API writes them."""

from datetime import UTC, datetime


def rfc3339(ms: int) -> str:
    """`2026-11-22T16:00:05.123Z`."""
    seconds, milliseconds = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
