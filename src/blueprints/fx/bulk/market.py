"""The stored rates as the rows of a table need them."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from blueprints.errors import BlueprintsError
from blueprints.fx.core import pricing
from blueprints.fx.core.days import day as parsed_day
from blueprints.fx.core.ended import ended
from blueprints.fx.core.errors import BadDay, RateNotFound
from blueprints.fx.core.pricing import Price
from blueprints.fx.core.sheets.market import Quotes
from blueprints.fx.desk import Desk
from blueprints.fx.refreshing import answered, remark

PRICES = 4096
"""Prices of unusual rows kept at hand."""


class StoredMarket:
    """Rates of one source, read from the store alone; the latest day is fixed once for a whole run."""

    def __init__(self, desk: Desk, latest: date | None, digits: int | None) -> None:
        self.desk = desk
        self.source = desk.name
        self.latest = latest
        self._digits = digits
        self._cached_price = lru_cache(maxsize=PRICES)(self._price)

    def digits(self, code: str) -> int:
        return self.desk.digits(code) if self._digits is None else self._digits

    def quotes(self, day: str) -> Quotes:
        """Raises KeyError where rows of the day are not plain: no day, none stored, or never fetched."""
        try:
            asked = self._asked(day)
            self._require_answered(asked)
        except BlueprintsError:
            raise KeyError(day) from None
        anchor = asked or self.latest
        newest_first = (
            self.desk.store.days(self.source, anchor - self.desk.gap, anchor, newest_first=True) if anchor else iter(())
        )
        used = next(newest_first, None)
        if used is None:
            raise KeyError(day)
        on = asked or self.desk.today
        rates = {used.base: "1", **used.rates}
        units = {code: Decimal(rate) for code, rate in rates.items() if ended(code, on) is None}
        return Quotes(units, str(used.date), remark(self.desk, used.date, asked))

    def price(self, origin: str, target: str, text: str) -> Price:
        found = self._cached_price(origin, target, text)
        if isinstance(found, BlueprintsError):
            raise found
        return found

    def remark(self, price: Price, text: str) -> str:
        if price.date is None or pricing.settled(price.origin, price.target, self._asked(text) or self.desk.today):
            return " ".join(price.notes)
        return " ".join(filter(None, (*price.notes, remark(self.desk, price.date, self._asked(text)))))

    def _price(self, origin: str, target: str, text: str) -> Price | BlueprintsError:
        """A price, or the error to raise: errors are remembered too."""
        try:
            asked = self._asked(text)
            self.desk.require((origin, target))
            settled = pricing.settled(origin, target, asked or self.desk.today)
            if settled is not None:
                return settled
            self._require_answered(asked)
            return self.desk.price(origin, target, asked)
        except BlueprintsError as error:
            return error
        finally:
            self.desk.forget()

    def _asked(self, text: str) -> date | None:
        """The day of a row; None for the latest. Raises BadDay."""
        if text == LATEST:
            return None
        if not text:
            raise BadDay("the row has no date")
        return parsed_day(text, self.desk.today)

    def _require_answered(self, asked: date | None) -> None:
        """A source that is fetched by the day knows nothing of a day for which it was never asked."""
        if asked is not None and self.desk.source.history != "whole" and not answered(self.desk, asked):
            raise RateNotFound(
                f"{asked} was never fetched from {self.source}: "
                f"blueprints fx update --source {self.source} --since {asked}"
            )


LATEST = "latest"
"""What stands for the day of rows in a table without days."""
