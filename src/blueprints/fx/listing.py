"""All rates of one currency on one day."""

from datetime import date

from blueprints import output
from blueprints.errors import UsageError
from blueprints.fx.commands import _given
from blueprints.fx.core import currencies, pricing
from blueprints.fx.core.decimals import significant
from blueprints.fx.core.ended import EURO, ended
from blueprints.fx.core.pricing import Price
from blueprints.fx.desk import Desk
from blueprints.fx.single import RATE_DIGITS, SHOWN_DIGITS


def rates(
    base: str | None, date_text: str | None, to: str | None, source: str | None, as_json: bool, as_csv: bool
) -> None:
    """Print the rates of `fx rates`."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other")
    asked = _given.day(date_text)
    desk = Desk.opened(_given.settings(), source or "")
    origin = (base or desk.settings.base or desk.store.setting(_given.BASE) or desk.source.base).strip().upper()
    prices = _prices(desk, origin, to, asked)
    used = _day_used(prices, asked, desk.today)
    if as_json:
        found = {price.target: significant(price.rate, RATE_DIGITS) for price in prices}
        output.json({"base": origin, "date": used and str(used), "source": desk.name, "rates": found})
    elif as_csv:
        columns = ("base", "code", "rate", "date", "source")
        cells = (
            (origin, price.target, significant(price.rate, RATE_DIGITS), price.date, desk.name) for price in prices
        )
        output.csv((dict(zip(columns, row, strict=True)) for row in cells), columns)
    else:
        rows = [
            (price.target, significant(price.rate, SHOWN_DIGITS), currencies.name(price.target, desk.standard))
            for price in prices
        ]
        title = f"1 {origin}, {desk.name}, {used}"
        output.table(rows, ("code", "rate", "name"), right=("rate",), title=title)
    for notice in desk.notices:
        output.notice(notice)
    desk.store.close()


def _day_used(prices: list[Price], asked: date | None, today: date) -> date | None:
    """The newest day of a published rate among the prices; where none is, the day for which lawful ones were asked."""
    dated = [(price, price.date) for price in prices if price.date is not None]
    published = [day for price, day in dated if not pricing.settled(price.origin, price.target, asked or today)]
    return max(published or [day for _price, day in dated], default=asked)


def _prices(desk: Desk, origin: str, to: str | None, asked: date | None) -> list[Price]:
    if to is not None:
        targets = [code.strip().upper() for code in to.split(",") if code.strip()]
        return [desk.price(origin, target, asked) for target in targets]
    # Any other currency brings the fetch, the notices and the errors of the day along.
    anchor = desk.source.base if desk.source.base != origin else ("USD" if origin == EURO else EURO)
    day = desk.published(origin, anchor, asked)
    on = asked or desk.today
    codes = sorted({*day.rates, day.base} - {origin})
    found = (pricing.quoted(origin, code, day, on) for code in codes if ended(code, on) is None)
    return [price for price in found if price is not None]
