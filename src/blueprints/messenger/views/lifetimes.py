"""Lifetimes to choose from."""

from datetime import timedelta
from typing import NamedTuple

from blueprints.clock import duration_text
from blueprints.messenger.core.lifetimes import Limits

USUAL_MS = (1000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000)
UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000))


class Choice(NamedTuple):
    value: str
    text: str
    is_chosen: bool
    is_default: bool


def choices(limits: Limits, chosen: str = "") -> list[Choice]:
    """The usual lifetimes within the limits, with the room's own among them."""
    offered = {ms for ms in USUAL_MS if limits.min <= ms <= limits.max} | set(limits)
    found = []
    for ms in sorted(offered):
        value, is_default = written(ms), ms == limits.default
        found.append(Choice(value, spoken(ms), value == chosen if chosen else is_default, is_default))
    return found


def written(ms: int) -> str:
    return duration_text(timedelta(milliseconds=ms))


def spoken(ms: int) -> str:
    """`1 hour`, `90 seconds`."""
    for name, size in UNITS:
        if ms % size == 0 and ms:
            count = ms // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{ms / 1000:g} seconds"
