"""What has to be known to convert parts of a table, in this process or another."""

from datetime import date, datetime
from typing import NamedTuple

from blueprints.fx.bulk.market import LATEST, StoredMarket
from blueprints.fx.bulk.objects import ObjectRows
from blueprints.fx.config import FxConfig
from blueprints.fx.core.sheets.layout import Layout
from blueprints.fx.core.sheets.rows import Defaults, Rows
from blueprints.fx.desk import Desk


class Task(NamedTuple):
    """One run over one table; it can be pickled."""

    settings: FxConfig
    source: str
    now: datetime
    latest: date | None
    """The day of the latest rates, fixed for the run."""
    layout: Layout
    origin: str
    target: str
    date: str
    """The day where a row has none; empty if that is an error, `latest` for the latest."""
    mark: str
    digits: int | None
    strict: bool
    as_json: bool


def rows(task: Task, desk: Desk) -> Rows:
    """The converter of the table's parts."""
    market = StoredMarket(desk, task.latest, task.digits)
    kind = ObjectRows if task.as_json else Rows
    return kind(
        task.layout,
        market,
        Defaults(task.origin, task.target, task.date),
        mark=task.mark,
        strict=task.strict,
    )


__all__ = ["LATEST", "Task", "rows"]
