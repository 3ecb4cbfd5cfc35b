"""A guest's cart joining the cart of the account."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Merged:
    """The quantities after the merge, by game, and the games where less than the sum fitted."""

    quantities: dict[int, int]
    capped: list[int] = field(default_factory=list)


def capped(quantity: int, stock: int | None, most: int) -> int:
    """`quantity` within `most` and the stock; None: the stock is not counted."""
    return min(quantity, most) if stock is None else min(quantity, most, stock)


def merged(guest: Mapping[int, int], own: Mapping[int, int], stock: Mapping[int, int | None], most: int) -> Merged:
    """Both carts added up, capped at `most` and at the stock.

    What the account's cart already had is never reduced by a merge that adds nothing to it.
    """
    result = Merged(dict(own))
    for game, more in guest.items():
        wanted = own.get(game, 0) + more
        result.quantities[game] = max(capped(wanted, stock.get(game), most), min(own.get(game, 0), most), 1)
        if result.quantities[game] < wanted:
            result.capped.append(game)
    return result
