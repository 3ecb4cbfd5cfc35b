"""What past prices say about the present one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from blueprints.store.core.money import buyable

REFERENCE = timedelta(days=30)


@dataclass(frozen=True)
class Span:
    """A price and the time it held."""

    price: Decimal
    start: datetime
    end: datetime | None
    """None: it holds now."""


def lowest_before(spans: Sequence[Span]) -> Decimal | None:
    """The lowest price of the 30 days before the present one, when that is a reduction; `spans` newest first."""
    if len(spans) < 2 or not buyable(spans[0].price) or spans[0].price >= spans[1].price:
        return None
    begin = spans[0].start
    recent = [span.price for span in spans[1:] if span.end is not None and span.end > begin - REFERENCE]
    return min((price for price in recent if buyable(price)), default=None)
