"""A pair over time: every published day, or the last of each week or month, as table, JSON, CSV or plot."""

from datetime import date, timedelta
from itertools import groupby

from blueprints import output
from blueprints.errors import UsageError
from blueprints.fx.commands import _given
from blueprints.fx.core import pricing
from blueprints.fx.core.decimals import significant
from blueprints.fx.core.pricing import Price
from blueprints.fx.core.published import Published
from blueprints.fx.desk import Desk
from blueprints.fx.refreshing import due_count, refreshed, remark
from blueprints.fx.single import RATE_DIGITS

SPAN = timedelta(days=90)


def history(
    origin: str,
    target: str,
    since: str | None,
    until: str | None,
    every: str,
    source: str | None,
    as_json: bool,
    as_csv: bool,
    plot: bool,
) -> None:
    """Print the points of `fx history`."""
    if as_json + as_csv + plot > 1:
        raise UsageError("--json, --csv and --plot exclude one another")
    desk = Desk.opened(_given.settings(), source or "")
    last = _given.day(until) or desk.today
    first = _given.day(since) or last - SPAN
    if first > last:
        raise UsageError(f"--since {first} is after --until {last}")
    pair = (origin.strip().upper(), target.strip().upper())
    points = _thinned(_points(desk, *pair, first, last), every)
    rows = [(str(price.date), significant(price.rate, RATE_DIGITS)) for price in points]
    _print(desk, pair, rows, as_json, as_csv, plot)
    for notice in desk.notices:
        output.notice(notice)
    desk.store.close()


def _points(desk: Desk, origin: str, target: str, first: date, last: date) -> list[Price]:
    """The prices of all stored days of the period, oldest first. Raises RateNotFound if there is none."""
    desk.require((origin, target))
    failure = refreshed(desk, None if last >= desk.today else last)
    days = desk.store.days(desk.name, first, last)
    found = [price for day in days if (price := _at(origin, target, day)) is not None]
    if not found:
        if failure is not None:
            raise failure
        from blueprints.fx.absence import absent

        raise absent(desk, origin, target, last, last)
    newest = found[-1].date
    if newest is not None and last >= desk.utc_today and due_count(desk):
        desk.tell(remark(desk, newest, None))
    return found


def _at(origin: str, target: str, day: Published) -> Price | None:
    return pricing.quoted(origin, target, day, day.date)


def _thinned(points: list[Price], every: str) -> list[Price]:
    """The last point of each period."""
    if every == "day":
        return points
    periods = groupby(points, key=lambda price: _period(price.date or date.min, every))
    return [list(group)[-1] for _period_key, group in periods]


def _period(on: date, every: str) -> tuple[int, int]:
    return (on.year, on.month) if every == "month" else on.isocalendar()[:2]


def _print(
    desk: Desk, pair: tuple[str, str], rows: list[tuple[str, str]], as_json: bool, as_csv: bool, plot: bool
) -> None:
    origin, target = pair
    columns = ("date", "rate")
    if as_json:
        points = [dict(zip(columns, row, strict=True)) for row in rows]
        output.json({"from": origin, "to": target, "source": desk.name, "points": points})
    elif as_csv:
        output.csv((dict(zip(columns, row, strict=True)) for row in rows), columns)
    elif plot:
        from blueprints.fx.plots import plotted

        output.picture(plotted(rows, f"1 {origin} in {target}, {desk.name}"))
    else:
        output.table(rows, columns, right=("rate",), title=f"1 {origin} in {target}, {desk.name}")
