"""Whether the answer of a source may be stored: checked whole, so that nothing half right gets in."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published

_CODE = re.compile(r"[A-Z0-9]{2,10}")
_RATE = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,40})?")
_FIRST = date(1950, 1, 1)


def rate(value: object) -> str:
    """A rate as text without exponent. Raises Unreadable for anything that is not positive and finite."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise Unreadable("a rate is not a number")
    try:
        number = Decimal(value)
    except ArithmeticError as error:
        raise Unreadable("a rate is not a number") from error
    if not number.is_finite() or number <= 0:
        raise Unreadable("a rate is not positive")
    return f"{number:f}"


def day(text: object) -> date:
    """The day of `YYYY-MM-DD`. Raises Unreadable."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Unreadable("a date is not a date") from error


def checked(days: Iterable[Published], today: date, fewest: int = 1) -> list[Published]:
    """The days, every one well formed, with at least `fewest` quotes and not after `today`. Raises Unreadable."""
    result = list(days)
    if not result:
        raise Unreadable("there are no rates in it")
    for published in result:
        _check(published, today, fewest)
    return result


def _check(published: Published, today: date, fewest: int) -> None:
    if not _FIRST <= published.date <= today:
        raise Unreadable(f"its day {published.date} cannot be")
    if len(published.rates) < fewest:
        raise Unreadable(f"only {len(published.rates)} rates of {published.date}")
    for code, text in published.rates.items():
        if not _CODE.fullmatch(code):
            raise Unreadable(f"{code[:12]!r} is not a currency code")
        if not _RATE.fullmatch(text) or not text.strip("0."):
            raise Unreadable(f"the rate of {code} is not a positive number")
