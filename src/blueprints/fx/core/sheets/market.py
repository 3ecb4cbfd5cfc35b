"""Rates as the rows of a table need them: at hand for each day, in whole numbers, and within bounded memory."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from blueprints.fx.core.decimals import SHORT, trimmed
from blueprints.fx.core.pricing import Price

MOST_DAYS = 1024
MOST_PAIRS = 2**17
"""Days, and pairs of all of them together, that are kept at hand: a table in any order stays within this memory."""
CENTS = 2
"""Decimals of the amounts of plain rows."""


class Quotes(NamedTuple):
    """The plain rates for one day asked: of currencies that are published on the day used and have not ended."""

    units: dict[str, Decimal]
    """Of each currency for one of the base, exact; the base itself is 1."""
    used: str
    """The day of the rates."""
    note: str


class Market(Protocol):
    """Where the rows find their rates."""

    source: str

    def quotes(self, day: str) -> Quotes:
        """The plain rates for a day as written in the table. Raises KeyError if rows of that day are not plain."""
        ...

    def price(self, origin: str, target: str, day: str) -> Price:
        """The price of a pair for a day as written. Raises BlueprintsError."""
        ...

    def remark(self, price: Price, day: str) -> str:
        """What a user has to know about the price."""
        ...

    def digits(self, code: str) -> int:
        """Decimals of a result in that currency."""
        ...


Terms = tuple[int, int, int, str]
"""Of a pair on one day: half, doubled, decimals of a result, the rate as text.

With an amount in hundredths, (amount * doubled + half) // (half + half) is the result in its smallest unit, half away
from zero.
"""


class Pairs(dict[tuple[str, str], Terms]):
    """(Origin, target) -> its terms on one day; made when first asked for."""

    __slots__ = ("days", "doubled", "units", "whole")

    def __init__(self, days: "Days", units: dict[str, Decimal]) -> None:
        super().__init__()
        self.days = days
        self.units = units
        places = max(-int(value.as_tuple().exponent) for value in units.values())
        self.whole = {code: int(value.scaleb(places)) for code, value in units.items()}
        self.doubled = {code: 2 * value for code, value in self.whole.items()}  # shared by all pairs: less memory

    def __missing__(self, pair: tuple[str, str]) -> Terms:
        """Raises KeyError for a pair that is not plain: one not published, or a currency and itself."""
        origin, target = pair
        if origin == target:
            raise KeyError(pair)
        days = self.days
        digits = days.digits(target)
        half, doubled = self.whole[origin], self.doubled[target]
        if digits < CENTS:
            half *= 10 ** (CENTS - digits)
        elif digits > CENTS:
            doubled *= 10 ** (digits - CENTS)
        terms = half, doubled, digits, _rate(self.units[target], self.units[origin])
        days.count += 1
        if days.count > MOST_PAIRS:
            days.forget()
        self[days.known.setdefault(pair, pair)] = terms
        return terms


def _rate(over: Decimal, under: Decimal) -> str:
    rate = str(SHORT.divide(over, under))
    return trimmed(Decimal(rate)) if rate[-1] == "0" or "E" in rate else rate


class Day(NamedTuple):
    """What the rows of one day asked need."""

    pairs: Pairs
    tail: str
    """The end of a row: day used, source and note."""


class Days(dict[str, Day]):
    """Day as written in the table -> what its rows need; made when asked for, forgotten when there are too many."""

    def __init__(self, market: Market, delimiter: str) -> None:
        super().__init__()
        self.market = market
        self.delimiter = delimiter
        self.digits = lru_cache(maxsize=MOST_DAYS)(market.digits)
        self.count = 0
        """Pairs kept, of all days."""
        self.known: dict[tuple[str, str], tuple[str, str]] = {}
        """Each pair once, so that all days share it."""

    def __missing__(self, written: str) -> Day:
        """Raises KeyError if the rows of that day are not plain."""
        units, used, note = self.market.quotes(written)
        tail = self.delimiter.join(cell(value, self.delimiter) for value in ("", used, self.market.source, note))
        if len(self) >= MOST_DAYS:
            self.clear()
        self[written] = Day(Pairs(self, units), tail)
        return self[written]

    def forget(self) -> None:
        """Begin again with no pair at hand."""
        self.clear()
        self.known.clear()
        self.count = 0


def cell(value: str, delimiter: str) -> str:
    """A value as it stands in a table."""
    return '"' + value.replace('"', '""') + '"' if delimiter in value or '"' in value else value
