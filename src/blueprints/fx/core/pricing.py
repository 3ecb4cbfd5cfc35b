"""The price of one currency in another: which legs are multiplied and divided, on which published day.

Both legs come from one day of one source. An ended currency is priced through its successor at the exact, lawful number
of units; two currencies with the same successor need no published day at all.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from blueprints.fx.core.decimals import PRECISE, rounded
from blueprints.fx.core.ended import EURO, ended
from blueprints.fx.core.published import Published

PUBLISHED, FIXED, REDENOMINATED, IDENTITY = "published", "fixed", "redenominated", "identity"
_ONE = Decimal(1)


class Leg(NamedTuple):
    """One published or lawful rate: units of `quote` for one `base`, as written at its origin."""

    base: str
    quote: str
    rate: str


class Price(NamedTuple):
    """What one unit of `origin` is worth in `target`."""

    origin: str
    target: str
    kind: str
    date: date | None
    """The day of the rate; None if origin and target are the same."""
    over: Decimal
    """Units of `target` for one unit of the base of the source, exact."""
    under: Decimal
    """Units of `origin` for one unit of the base of the source, exact."""
    legs: tuple[Leg, ...]
    notes: tuple[str, ...]
    """What a user has to know about ended currencies."""
    fetched_at: str | None

    @property
    def rate(self) -> Decimal:
        """Units of `target` for one `origin`, to 50 digits."""
        return PRECISE.divide(self.over, self.under)

    @property
    def inverse(self) -> Decimal:
        """Units of `origin` for one `target`, to 50 digits, from the legs and not from a rounded rate."""
        return PRECISE.divide(self.under, self.over)

    def exact(self, amount: Decimal) -> Decimal:
        """`amount` of `origin` in `target`, to 50 digits."""
        return PRECISE.divide(PRECISE.multiply(amount, self.over), self.under)

    def result(self, amount: Decimal, digits: int) -> Decimal:
        """`amount` of `origin` in `target`, rounded once."""
        return rounded(self.exact(amount), digits)


class _Side(NamedTuple):
    """One currency against the base of the source."""

    units: Decimal
    kind: str
    legs: tuple[Leg, ...]
    notes: tuple[str, ...] = ()


def settled(origin: str, target: str, on: date) -> Price | None:
    """The price that no publication changes: equal currencies, or two that share a successor on that day."""
    if origin == target:
        return Price(origin, target, IDENTITY, None, _ONE, _ONE, (), (), None)
    if successor(origin, on) != successor(target, on):
        return None
    under, over = _lawful(origin, on), _lawful(target, on)
    return _price(origin, target, under, over, on, None)


def quoted(origin: str, target: str, day: Published, on: date) -> Price | None:
    """The price by the rates of `day`, asked for `on`; None if the day lacks one of the two."""
    under, over = _side(origin, day, on), _side(target, day, on)
    if under is None or over is None:
        return None
    return _price(origin, target, under, over, day.date, day.fetched_at)


def successor(code: str, on: date) -> str:
    """The currency in which `code` is expressed on that day: itself, unless it has ended."""
    end = ended(code, on)
    return end.successor if end else code


def _price(origin: str, target: str, under: _Side, over: _Side, day: date, fetched_at: str | None) -> Price:
    kinds = {under.kind, over.kind}
    kind = next(kind for kind in (REDENOMINATED, FIXED, PUBLISHED) if kind in kinds)
    legs, notes = under.legs + over.legs, under.notes + over.notes
    return Price(origin, target, kind, day, over.units, under.units, legs, notes, fetched_at)


def _lawful(code: str, on: date) -> _Side:
    """`code` against its successor."""
    end = ended(code, on)
    if end is None:
        return _Side(_ONE, PUBLISHED, (Leg(code, code, "1"),))
    kind = FIXED if end.successor == EURO else REDENOMINATED
    last = end.since - timedelta(days=1)
    if kind == FIXED:
        note = f"{code} ended on {last}: fixed rate 1 EUR = {end.units} {code}."
    else:
        note = f"{code} ended on {last}: {end.units} {code} = 1 {end.successor}."
    return _Side(end.units, kind, (Leg(end.successor, code, str(end.units)),), (note,))


def _side(code: str, day: Published, on: date) -> _Side | None:
    """`code` against the base of `day`."""
    root = successor(code, on)
    plain = _published(root, day)
    if root == code:
        return plain
    lawful = _lawful(code, on)
    if plain is None:  # the first days after a redenomination, before the new unit was published
        return _published(code, day) if lawful.kind == REDENOMINATED else None
    legs = plain.legs + lawful.legs if root != day.base else lawful.legs
    return _Side(PRECISE.multiply(plain.units, lawful.units), lawful.kind, legs, lawful.notes)


def _published(code: str, day: Published) -> _Side | None:
    text = "1" if code == day.base else day.rates.get(code)
    return None if text is None else _Side(Decimal(text), PUBLISHED, (Leg(day.base, code, text),))
