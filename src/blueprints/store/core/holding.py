"""The price of a cart line: held for some days, then today's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from blueprints.store.core.money import buyable


@dataclass(frozen=True)
class Held:
    """What a line costs now."""

    price: Decimal | None
    """None: the game cannot be bought now."""
    was: Decimal | None
    """The price the shopper knows, when it differs and was not confirmed yet."""


def held(seen: Decimal, added_at: datetime, today: Decimal | None, now: datetime, hold: timedelta) -> Held:
    """The price of a line that has seen `seen` as its lowest price since `added_at`.

    Falls are passed on at once, rises wait until the hold is over.
    """
    if not buyable(today):
        return Held(None, None)
    assert today is not None  # noqa: S101  buyable() says so, mypy cannot know
    if today <= seen or now >= added_at + hold:
        return Held(today, seen if today > seen else None)
    return Held(seen, None)
