"""Recent search, page by page, into the desk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blueprints.vote.core import moments
from blueprints.vote.core.queries import Query
from blueprints.vote.x.client import Client

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk

PAGE = 100
SMALLEST_PAGE = 10
SETTLE_MS = 11_000
"""Search refuses times younger than 10 s."""
WEEK_MS = 7 * 86_400_000 - 60_000
"""How far back it reaches, with a minute to spare."""


async def read(
    client: Client,
    desk: "Desk",
    queries: Sequence[Query],
    *,
    start_ms: int | None = None,
    end_ms: int | None = None,
    since_id: int | None = None,
) -> int:
    """Read all pages of all queries; the newest post id, 0 without posts. Raises BudgetReached and what X answers."""
    newest = 0
    for query in queries:
        token: str | None = None
        while True:
            desk.check_budget()
            size = max(SMALLEST_PAGE, desk.spending.affordable("posts_read", PAGE))
            page = await client.search(
                query.text,
                max_results=size,
                start_time=moments.whole(start_ms),
                end_time=moments.whole(end_ms),
                since_id=since_id,
                next_token=token,
            )
            desk.deliver_page(page, "search")
            desk.check_budget()
            meta = page.get("meta") or {}
            newest = max(newest, _number(meta.get("newest_id")))
            token = meta.get("next_token")
            if not token:
                break
    return newest


def _number(text: object) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else 0


def reachable(start_ms: int, now_ms: int) -> int:
    """The start, or as far back as search goes."""
    return max(start_ms, now_ms - WEEK_MS)
