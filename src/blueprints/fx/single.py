"""One amount into one or several currencies: the conversion, its line, its JSON and its place in the log."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blueprints import output
from blueprints.errors import UsageError
from blueprints.fx.commands import _given
from blueprints.fx.core.decimals import padded, plain, significant
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.core.pricing import IDENTITY, Price
from blueprints.fx.desk import Desk, rfc3339
from blueprints.fx.records import Entry

RATE_DIGITS, UNROUNDED_DIGITS, SHOWN_DIGITS = 12, 16, 6


def convert(
    words: Sequence[str],
    *,
    date_text: str | None,
    source: str | None,
    digits: int | None,
    offline: bool,
    as_json: bool,
    decimal: str,
    **_unused: Any,
) -> None:
    """Print `AMOUNT [FROM] TO…` of the command line converted."""
    amount = _given.amount(words[0], decimal)
    asked = _given.day(date_text)
    codes = _given.codes(words[1:])
    if not codes:
        raise UsageError(f"name a currency to convert {words[0]} to, e.g. blueprints fx convert {words[0]} SEK USD")
    desk = Desk.opened(_given.settings(), source or "", offline=offline)
    if len(codes) == 1:
        codes = [_given.default_currency(desk.settings.base, desk.store), *codes]
    origin, *targets = codes
    prices = [desk.price(origin, target, asked) for target in targets]
    results = [price.result(amount, desk.digits(price.target) if digits is None else digits) for price in prices]
    if as_json:
        found = zip(prices, results, strict=True)
        output.json(
            as_object(
                amount,
                origin,
                str(asked) if asked else None,
                [one(desk, amount, *pair) for pair in found],
                desk.notices,
            )
        )
    else:
        for price, result in zip(prices, results, strict=True):
            output.line(sentence(desk, amount, price, result))
    for notice in desk.notices:
        output.notice(notice)
    sys.stdout.flush()
    log(desk, [entry(desk, amount, *pair) for pair in zip(prices, results, strict=True)])
    desk.store.close()


def sentence(desk: Desk, amount: Decimal, price: Price, result: Decimal) -> str:
    """`100.00 SEK = 10.18 USD   (1 SEK = 0.101767 USD, ecb, 2026-10-30)`."""
    conversion = f"{padded(amount, desk.digits(price.origin))} {price.origin} = {plain(result)} {price.target}"
    if price.kind == IDENTITY:
        return conversion
    rate = f"1 {price.origin} = {significant(price.rate, SHOWN_DIGITS)} {price.target}"
    return f"{conversion}   ({rate}, {desk.name}, {price.date})"


def as_object(
    amount: Decimal, origin: str, asked: str | None, results: list[dict[str, Any]], notices: list[str]
) -> dict[str, Any]:
    """The documented JSON of a conversion."""
    return {"amount": plain(amount), "from": origin, "date_asked": asked, "results": results, "notices": notices}


def one(desk: Desk, amount: Decimal, price: Price, result: Decimal) -> dict[str, Any]:
    """The documented JSON of one target."""
    same = price.kind == IDENTITY
    return {
        "to": price.target,
        "result": plain(result),
        "unrounded": significant(price.exact(amount), UNROUNDED_DIGITS),
        "rate": significant(price.rate, RATE_DIGITS),
        "inverse": significant(price.inverse, RATE_DIGITS),
        "date": None if same else str(price.date),
        "kind": price.kind,
        "source": None if same else desk.name,
        "fetched_at": price.fetched_at,
        "legs": [leg._asdict() for leg in price.legs],
    }


def entry(desk: Desk, amount: Decimal, price: Price, result: Decimal) -> Entry:
    """The line of the log."""
    same = price.kind == IDENTITY
    return {
        "at": rfc3339(desk.now),
        "amount": plain(amount),
        "from": price.origin,
        "to": price.target,
        "result": plain(result),
        "rate": significant(price.rate, RATE_DIGITS),
        "date": None if same else str(price.date),
        "source": None if same else desk.name,
        "kind": price.kind,
        "file": None,
        "rows": None,
    }


def log(desk: Desk, entries: list[Entry]) -> None:
    """Keep the conversions; a log that cannot be written spoils nothing."""
    if not desk.settings.log:
        return
    try:
        desk.store.log(entries, desk.settings.log_keep)
    except StoreFailed as error:
        output.notice(f"This conversion is not in the log: {error}.")
