"""Rates as the rows of a table need them: at hand for each day, in whole numbers, and within bounded memory."""

from decimal import Decimal
from sys import intern
from typing import NamedTuple, Protocol

from blueprints.fx.core.decimals import SHORT, trimmed
from blueprints.fx.core.pricing import Price

MOST_DAYS = 1024
MOST_RATES = 2**17
"""Days, and rates as text, that are kept at hand; a table in any order stays within this much memory."""


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


class Rates(dict[str, str]):
    """Target -> the rate as text, for one origin on one day; made when first asked for."""

    __slots__ = ("days", "origin", "units")

    def __init__(self, days: "Days", units: dict[str, Decimal], origin: str) -> None:
        super().__init__()
        self.days = days
        self.units = units
        self.origin = origin

    def __missing__(self, target: str) -> str:
        """Raises KeyError for the origin itself: a row from a currency to itself is not plain."""
        if target == self.origin:
            raise KeyError(target)
        rate = str(SHORT.divide(self.units[target], self.units[self.origin]))
        if rate[-1] == "0" or "E" in rate:
            rate = trimmed(Decimal(rate))
        self.days.count_rate()
        self[intern(target)] = rate
        return rate


class Quote(NamedTuple):
    """A currency on one day, in whole numbers of one scale.

    With an amount in hundredths, (amount * doubled of the target + half of the origin) // twice that half is the result
    in its smallest unit, half away from zero.
    """

    half: int
    doubled: int
    digits: int
    """Decimals of a result in it."""
    rates: Rates
    """As origin."""


class Day(NamedTuple):
    """What the rows of one day asked need."""

    quotes: dict[str, Quote]
    tail: str
    """The end of a row: day used, source and note."""


class Days(dict[str, Day]):
    """Day as written in the table -> what its rows need; made when asked for, forgotten when there are too many."""

    def __init__(self, market: Market, delimiter: str) -> None:
        super().__init__()
        self.market = market
        self.delimiter = delimiter
        self.rates = 0

    def __missing__(self, written: str) -> Day:
        """Raises KeyError if the rows of that day are not plain."""
        units, used, note = self.market.quotes(written)
        places = max(-int(value.as_tuple().exponent) for value in units.values())
        whole = {code: int(value.scaleb(places)) for code, value in units.items()}
        # The same text object for a code on every day: fewer places in memory to look at, which is most of the time.
        quotes = {intern(code): self._quote(code, value, units) for code, value in whole.items()}
        tail = self.delimiter.join(cell(value, self.delimiter) for value in ("", used, self.market.source, note))
        if len(self) >= MOST_DAYS:
            self.clear()
        self[written] = Day(quotes, tail)
        return self[written]

    def _quote(self, code: str, whole: int, units: dict[str, Decimal]) -> Quote:
        digits = self.market.digits(code)
        return Quote(100 * whole, 2 * whole * 10**digits, digits, Rates(self, units, code))

    def count_rate(self) -> None:
        """Note that one more rate is kept; too many are forgotten with their days."""
        self.rates += 1
        if self.rates > MOST_RATES:
            self.clear()
            self.rates = 0


def cell(value: str, delimiter: str) -> str:
    """A value as it stands in a table."""
    return '"' + value.replace('"', '""') + '"' if delimiter in value or '"' in value else value
