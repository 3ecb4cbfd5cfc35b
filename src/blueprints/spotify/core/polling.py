"""When to look at the player again, and where it is in between."""

from blueprints.spotify.core.items import Json

AFTER_END_S = 1.0
"""Seconds after the computed end of an item at which the next one is looked at."""


def left_s(status: Json, progress_ms: int | None = None) -> float | None:
    """Seconds until the item ends, None when that is not known or nothing plays."""
    item = status["item"]
    progress = status["progress_ms"] if progress_ms is None else progress_ms
    if not status["is_playing"] or not item or item["duration_ms"] is None or progress is None:
        return None
    return max(0.0, float(item["duration_ms"] - progress) / 1000)


def pause_s(status: Json, poll_s: float) -> float:
    """Seconds to wait after `status` was fetched: `poll_s`, or a second past the end of the item if that is sooner."""
    left = left_s(status)
    return poll_s if left is None else min(poll_s, left + AFTER_END_S)


def progress_now(status: Json, since_s: float) -> int | None:
    """Milliseconds into the item, `since_s` seconds after `status` was fetched; never past its end."""
    progress = status["progress_ms"]
    if progress is None or not status["is_playing"]:
        return progress  # type: ignore[no-any-return]  # the value of a JSON object
    moved = int(progress + since_s * 1000)
    duration = (status["item"] or {}).get("duration_ms")
    return moved if duration is None else min(moved, duration)


def next_look_s(status: Json | None, poll_s: float, *, is_focused: bool) -> float | None:
    """Seconds until the player is looked at by itself, None when it is not: paused, stopped, or nobody watches."""
    if status is None or not status["is_playing"] or not is_focused:
        return None
    return pause_s(status, poll_s)
