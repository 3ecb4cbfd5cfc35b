"""How far rates of several sources lie apart."""

from collections.abc import Sequence
from decimal import Decimal

from blueprints.fx.core.decimals import PRECISE

HUNDRED = Decimal(100)


def median(rates: Sequence[Decimal]) -> Decimal:
    """The middle rate, or the mean of the two middle ones."""
    ordered = sorted(rates)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return PRECISE.divide(PRECISE.add(ordered[half - 1], ordered[half]), Decimal(2))


def difference_percent(rate: Decimal, reference: Decimal) -> Decimal:
    """How far `rate` lies above `reference`, in percent of it."""
    return PRECISE.multiply(PRECISE.divide(PRECISE.subtract(rate, reference), reference), HUNDRED)


def spread_percent(rates: Sequence[Decimal]) -> Decimal:
    """The distance of the highest from the lowest, in percent of the median."""
    return PRECISE.multiply(PRECISE.divide(PRECISE.subtract(max(rates), min(rates)), median(rates)), HUNDRED)
