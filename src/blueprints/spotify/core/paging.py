"""When a list fetches, and where the next page starts."""

from typing import Any

AHEAD_ROWS = 5
LAST_SEARCH_OFFSET = 1000


def wants_page(loaded: int, window_end: int, cursor: int) -> bool:
    """Whether the window shows past the last loaded row, or the cursor is within 5 rows of it.

    `window_end` is the first row below the window, `cursor` a 0-based row.
    """
    return window_end > loaded or cursor >= loaded - AHEAD_ROWS


def next_offset(offset: int, limit: int, total: int | None, count: int) -> int | None:
    """Where the next page starts, None after the last: `total` decides, a short page does not; without a total an
    empty page ends the list."""
    following = offset + limit
    if total is None:
        return following if count else None
    return following if following < total else None


def total_of(page: Any) -> int | None:
    total = page.get("total") if isinstance(page, dict) else None
    return total if isinstance(total, int) else None
