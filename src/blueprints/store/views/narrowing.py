"""What a list is narrowed to besides its facets, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.store import cards

if TYPE_CHECKING:
    from blueprints.store.core.query import Query


def bounds(asked: Query) -> list[tuple[str, Query]]:
    """For each bound in use: words for it, and the same question without it."""
    least, most = asked.price_min, asked.price_max
    words = (
        (asked.year_from and f"From {asked.year_from}", replace(asked, year_from=None)),
        (asked.year_to and f"Up to {asked.year_to}", replace(asked, year_to=None)),
        (least is not None and f"{cards.price_text(least)} or more", replace(asked, price_min=None)),
        (most is not None and f"{cards.price_text(most)} or less", replace(asked, price_max=None)),
        (asked.in_stock and "In stock", replace(asked, in_stock=False)),
        (asked.highlighted and "Highlights", replace(asked, highlighted=False)),
    )
    return [(text, without) for text, without in words if text]
