"""What an order costs."""

from collections.abc import Iterable
from decimal import Decimal

from blueprints.orders.core.errors import TotalMismatch, TotalTooLarge

LARGEST = Decimal("9999999.99")


def total(lines: Iterable[tuple[int, Decimal]], stated: Decimal | None = None) -> Decimal:
    """The sum of (quantity, unit price) with two decimals; raises TotalTooLarge, or TotalMismatch with a stated one."""
    summed = sum((quantity * price for quantity, price in lines), Decimal("0.00")).quantize(Decimal("0.01"))
    if summed > LARGEST:
        raise TotalTooLarge(f"the lines come to {summed}, more than {LARGEST}")
    if stated is not None and stated != summed:
        raise TotalMismatch(stated, summed)
    return summed
