"""Lengths and positions of music as people read and type them."""

import re

from blueprints.spotify.errors import BadArgument

UNKNOWN = "-:--"
FORMS = "90, 1:30, 1:02:03, +15, -15 or 50%"


def clock_text(milliseconds: int | None) -> str:
    """`m:ss`, from one hour on `h:mm:ss`; seconds are cut, not rounded; None is `-:--`."""
    if milliseconds is None:
        return UNKNOWN
    seconds = max(0, milliseconds) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def position(text: str) -> int:
    """An absolute position (`90`, `1:30`, `1:02:03`) in milliseconds."""
    found = re.fullmatch(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})", text.strip())
    if not found or not _in_sexagesimal_range(found):
        raise BadArgument(f"{text!r} is no position: write it like 90, 1:30 or 1:02:03")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _in_sexagesimal_range(found: re.Match[str]) -> bool:
    hours, minutes, seconds = found.groups()
    seconds_fit = minutes is None or (len(seconds) == 2 and int(seconds) < 60)
    return seconds_fit and (hours is None or (len(minutes) == 2 and int(minutes) < 60))


def target_position(text: str, progress_ms: int | None, duration_ms: int | None) -> int:
    """Where `text` leads to, in milliseconds, inside the item; relative and percent forms need what is playing."""
    text = text.strip()
    try:
        target = _target(text, progress_ms, duration_ms)
    except BadArgument:
        raise BadArgument(f"{text!r} is no position: write it like {FORMS}") from None
    target = max(0, target)
    return target if duration_ms is None else min(target, duration_ms)


def _target(text: str, progress_ms: int | None, duration_ms: int | None) -> int:
    percent = re.fullmatch(r"(\d{1,3})\s*%", text)
    if percent and int(percent[1]) <= 100:
        return int(percent[1]) * (duration_ms or 0) // 100
    if text[:1] in ("+", "-"):
        step = position(text[1:])
        return (progress_ms or 0) + (step if text[0] == "+" else -step)
    return position(text)


def is_relative(text: str) -> bool:
    """Whether the target depends on what is playing."""
    return text.strip()[:1] in ("+", "-") or text.strip().endswith("%")
