"""The log of conversions, shown or emptied."""

from datetime import datetime

from blueprints import output
from blueprints.errors import UsageError
from blueprints.fx.commands import _given
from blueprints.fx.desk import Desk, rfc3339
from blueprints.fx.records import ENTRY_KEYS


def log(limit: int, since: str | None, as_json: bool, as_csv: bool, clear: bool) -> None:
    """Print or empty the log."""
    if as_json + as_csv + clear > 1:
        raise UsageError("--json, --csv and --clear exclude one another")
    first = _given.day(since)
    desk = Desk.opened(_given.settings())
    if clear:
        count = desk.store.clear_log()
        output.notice(f"Removed {output.counted(count, 'conversion')} from the log.")
    else:
        moment = rfc3339(datetime.combine(first, datetime.min.time()).astimezone()) if first else ""
        _print(desk, limit, moment, as_json, as_csv)
    desk.store.close()


def _print(desk: Desk, limit: int, since: str, as_json: bool, as_csv: bool) -> None:
    entries = desk.store.logged(limit, since)
    if as_json:
        output.json({"conversions": entries})
    elif as_csv:
        output.csv(entries, ENTRY_KEYS)
    else:
        rows = [[entry.get(key) if entry.get(key) is not None else "" for key in ENTRY_KEYS] for entry in entries]
        output.table(rows, ENTRY_KEYS, right=("amount", "result", "rate", "rows"), empty="no conversions in the log")
