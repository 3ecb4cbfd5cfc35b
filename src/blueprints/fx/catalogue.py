"""What currencies there are: those of a source, and with `--all` those that ended or that it never had."""

from datetime import date
from typing import Any

from blueprints import output
from blueprints.fx.commands import _given
from blueprints.fx.core import currencies as core
from blueprints.fx.core.ended import ENDED, ended
from blueprints.fx.desk import Desk

CURRENT, ENDED_STATUS, SUSPENDED = "current", "ended", "suspended"
COLUMNS = ("code", "name", "digits", "first", "last", "status", "successor")


def currencies(everything: bool, source: str | None, as_json: bool) -> None:
    """Print the rows of `fx currencies`."""
    desk = Desk.opened(_given.settings(), source or "")
    if desk.newest is None:
        from blueprints.fx.refreshing import refreshed

        failure = refreshed(desk, None)
        if failure is not None:
            raise failure
    spans = _spans(desk)
    codes = sorted({*spans, *desk.standard, *ENDED} if everything else spans)
    rows = [_row(desk, code, spans.get(code)) for code in codes]
    shown = [row for row in rows if everything or row["status"] == CURRENT]
    if as_json:
        output.json({"currencies": shown})
    else:
        output.table([tuple(row.values()) for row in shown], COLUMNS, right=("digits",))
    for notice in desk.notices:
        output.notice(notice)
    desk.store.close()


def _spans(desk: Desk) -> dict[str, tuple[date, date]]:
    """Code -> the days of its first and its last stored rate."""
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    for day in desk.store.days(desk.name):
        for code in (day.base, *day.rates):
            first.setdefault(code, day.date)
            last[code] = day.date
    return {code: (first[code], last[code]) for code in first}


def _row(desk: Desk, code: str, span: tuple[date, date] | None) -> dict[str, Any]:
    end = ENDED.get(code)
    return {
        "code": code,
        "name": core.name(code, desk.standard),
        "digits": desk.digits(code),
        "first": span and str(span[0]),
        "last": span and str(span[1]),
        "status": _status(desk, code, span),
        "successor": end and end.successor,
    }


def _status(desk: Desk, code: str, span: tuple[date, date] | None) -> str:
    if ended(code, desk.today) is not None:
        return ENDED_STATUS
    newest = desk.newest
    if span is not None and newest is not None and newest - span[1] > desk.gap:
        return SUSPENDED
    return CURRENT
