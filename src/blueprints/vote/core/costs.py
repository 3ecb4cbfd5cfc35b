"""What a vote costs by the platform's published prices, and when it has cost enough.

A post or user is billed once per UTC day however often it is delivered; a counts request each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

Kind = Literal["posts_read", "users_read", "count_requests"]
KINDS: tuple[Kind, ...] = ("posts_read", "users_read", "count_requests")
CENT_PLACES = Decimal("0.000001")


@dataclass
class Spending:
    """Units read and dollars spent so far, over all days of a vote."""

    prices: Mapping[Kind, Decimal]
    budget_usd: Decimal
    """0 is no limit."""
    units: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    usd: Decimal = Decimal(0)

    def add(self, kind: Kind, units: int = 1) -> Decimal:
        """Count units and return their price in dollars."""
        price = self.prices[kind] * units
        self.units[kind] += units
        self.usd += price
        return price

    @property
    def is_exhausted(self) -> bool:
        return bool(self.budget_usd) and self.usd >= self.budget_usd

    def allows(self, kind: Kind, units: int = 1) -> bool:
        """Whether so many units more stay within the budget."""
        return not self.budget_usd or self.usd + self.prices[kind] * units <= self.budget_usd

    def affordable(self, kind: Kind, most: int) -> int:
        """How many units the rest of the budget buys, a begun one included, at most `most`."""
        price = self.prices[kind]
        if not self.budget_usd or not price:
            return most
        rest = max(Decimal(0), self.budget_usd - self.usd)
        return min(most, int((rest / price).to_integral_value(ROUND_CEILING)))

    def as_dict(self) -> dict[str, Any]:
        """Units by kind; dollars as text with six decimals."""
        units: dict[str, int] = {kind: number for kind, number in self.units.items()}  # noqa: C416 - str keys for mypy
        return {
            "usd": f"{self.usd.quantize(CENT_PLACES)}",
            **units,
            "budget_usd": f"{self.budget_usd:.2f}"
            if self.budget_usd == round(self.budget_usd, 2)
            else str(self.budget_usd),
        }
