"""Event ids: `<ms>-<n>`, one increasing sequence for all rooms, kept as one integer so that they compare quickly."""

import re

PATTERN = re.compile(r"([0-9]{1,15})-([0-9]{1,7})", re.ASCII)
STEP = 1 << 20
"""More than any `n`: a position is `ms * STEP + n`."""


def position(text: str) -> int | None:
    """The position that an event id names, None when it is malformed."""
    found = PATTERN.fullmatch(text)
    return int(found[1]) * STEP + int(found[2]) if found and int(found[2]) < STEP else None


def event_id(position: int) -> str:
    return f"{position // STEP}-{position % STEP}"


def following(last: int, now_ms: int) -> int:
    """The position of the next event: later than the last one, even if the clock went back."""
    return max(last + 1, now_ms * STEP)
