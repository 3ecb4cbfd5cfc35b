"""The sources that there are, and what the store has of each."""

from typing import Any

from blueprints import output, plugins
from blueprints.fx import sources as folder
from blueprints.fx.commands import _given
from blueprints.fx.desk import Desk
from blueprints.fx.keys import key_state
from blueprints.fx.refreshing import due_count

COLUMNS = ("name", "base", "key", "stored_first", "stored_latest", "stale", "base_url", "terms")


def sources(as_json: bool) -> None:
    """Print the rows of `fx sources`; one that does not work is a notice."""
    desk = Desk.opened(_given.settings())
    rows = []
    for name in folder.names():
        try:
            rows.append(_row(desk.beside(name)))
        except plugins.Broken as error:
            output.notice(f"{error}")
    if as_json:
        output.json({"sources": rows})
    else:
        output.table([_cells(row) for row in rows], [name.replace("_", " ") for name in COLUMNS])
    desk.store.close()


def _row(desk: Desk) -> dict[str, Any]:
    span = desk.store.span(desk.name)
    return {
        "name": desk.name,
        "base": desk.source.base,
        "key": key_state(desk.source),
        "stored_first": span and str(span[0]),
        "stored_latest": span and str(span[1]),
        "stale": bool(due_count(desk)),
        "base_url": getattr(desk.source.settings, "base_url", ""),
        "terms": desk.source.terms,
    }


def _cells(row: dict[str, Any]) -> list[Any]:
    return [("yes" if value else "no") if isinstance(value, bool) else value for value in row.values()]
