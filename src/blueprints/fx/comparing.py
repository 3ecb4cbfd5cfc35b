"""One pair at several sources: rates side by side, their differences and their spread."""

from datetime import date
from typing import Any, NamedTuple

from blueprints import output, plugins
from blueprints.errors import BlueprintsError, UpstreamError, UsageError
from blueprints.fx import sources
from blueprints.fx.commands import _given
from blueprints.fx.core import spread
from blueprints.fx.core.decimals import significant
from blueprints.fx.core.pricing import Price
from blueprints.fx.desk import Desk
from blueprints.fx.keys import MISSING, key_state
from blueprints.fx.single import RATE_DIGITS

PERCENT_DIGITS = 6


class Row(NamedTuple):
    """What one source says."""

    source: str
    price: Price | None
    error: BlueprintsError | None


def compare(origin: str, target: str, date_text: str | None, chosen: tuple[str, ...], as_json: bool) -> None:
    """Print the rows of `fx compare`; raises UpstreamError if no source has a rate."""
    asked = _given.day(date_text)
    desk = Desk.opened(_given.settings())
    pair = (origin.strip().upper(), target.strip().upper())
    if pair[0] == pair[1]:
        raise UsageError(f"{pair[0]} is worth one {pair[1]} everywhere: name two currencies")
    rows = [_row(desk, name, *pair, asked) for name in dict.fromkeys(chosen or _default(desk))]
    rates = [row.price.rate for row in rows if row.price is not None]
    if not rates:
        raise _failed(rows)
    if as_json:
        output.json(_as_object(pair, asked, rows, rates))
    else:
        _print(pair, rows, rates)
    for notice in desk.notices:
        output.notice(notice)
    desk.store.close()


def _default(desk: Desk) -> list[str]:
    return [name for name in sources.names() if _can_be_asked(desk, name)]


def _can_be_asked(desk: Desk, name: str) -> bool:
    try:
        return key_state(desk.beside(name).source) != MISSING
    except plugins.Broken:  # its row says why
        return True


def _row(desk: Desk, name: str, origin: str, target: str, asked: date | None) -> Row:
    other = desk.beside(name)
    try:
        price = other.price(origin, target, asked)
    except UsageError:
        raise
    except BlueprintsError as error:
        return Row(name, None, error)
    for notice in other.notices:
        desk.tell(f"{name}: {notice.removeprefix(f'{name}: ')}")
    return Row(name, price, None)


def _failed(rows: list[Row]) -> BlueprintsError:
    """One source's own error, or all reasons together."""
    errors = [row.error for row in rows if row.error is not None]
    if len(errors) == 1:
        return errors[0]
    reasons = "; ".join(dict.fromkeys(str(error) for error in errors))
    return UpstreamError(f"no source has a rate: {reasons}")


def _as_object(pair: tuple[str, str], asked: date | None, rows: list[Row], rates: list[Any]) -> dict[str, Any]:
    middle = spread.median(rates)
    return {
        "from": pair[0],
        "to": pair[1],
        "date_asked": asked and str(asked),
        "sources": [
            {
                "source": row.source,
                "date": row.price and str(row.price.date),
                "rate": row.price and significant(row.price.rate, RATE_DIGITS),
                "difference_percent": _difference(row, middle),
                "error": row.error and str(row.error),
            }
            for row in rows
        ],
        "median": significant(middle, RATE_DIGITS),
        "spread_percent": significant(spread.spread_percent(rates), PERCENT_DIGITS),
    }


def _difference(row: Row, middle: Any) -> str | None:
    if row.price is None:
        return None
    return significant(spread.difference_percent(row.price.rate, middle), PERCENT_DIGITS)


def _print(pair: tuple[str, str], rows: list[Row], rates: list[Any]) -> None:
    middle = spread.median(rates)
    cells = [
        (
            row.source,
            row.price and str(row.price.date),
            row.price and significant(row.price.rate, RATE_DIGITS),
            _difference(row, middle),
            str(row.error or ""),
        )
        for row in rows
    ]
    columns = ("source", "date", "rate", "difference %", "error")
    output.table(cells, columns, right=("rate", "difference %"), title=f"1 {pair[0]} in {pair[1]}")
    shares = significant(spread.spread_percent(rates), PERCENT_DIGITS)
    output.line(f"median {significant(middle, RATE_DIGITS)}, spread {shares} %")
