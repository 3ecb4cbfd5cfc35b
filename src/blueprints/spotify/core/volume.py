"""Volumes as people type them."""

import re

from blueprints.spotify.errors import BadArgument


def target_volume(text: str, current: int | None) -> int:
    """`0`–`100` absolute, `+5` and `-5` from `current`, clamped to 0–100."""
    found = re.fullmatch(r"([+-]?)(\d{1,3})", text.strip())
    if not found or (not found[1] and int(found[2]) > 100):
        raise BadArgument(f"{text!r} is no volume: write 0 to 100, or a step like +5 or -5")
    amount = int(found[2])
    if not found[1]:
        return amount
    return stepped(current, amount if found[1] == "+" else -amount)


def stepped(current: int | None, step: int) -> int:
    return max(0, min(100, (current or 0) + step))
