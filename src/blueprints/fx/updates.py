"""`fx update`: several sources, one after the other; what one of them lacks does not stop the next."""

from datetime import date
from typing import Any

from blueprints import output
from blueprints.errors import BlueprintsError, UpstreamError, UsageError
from blueprints.fx.commands import _given
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.desk import Desk
from blueprints.fx.updating import require_consent, update, wishes


def updates(since: str | None, chosen: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Update the sources and print what was new; raises the error of a source if one failed."""
    first = _given.day(since)
    desk = Desk.opened(_given.settings())
    desks = [desk.beside(name) for name in dict.fromkeys(chosen or [desk.name])]
    for one in desks:
        if not yes:
            require_consent(one, first)
    found, errors = [], []
    for one in desks:
        row, error = _updated(one, first)
        found.append(row)
        errors += [error] if error else []
        if not as_json and error is None:
            output.line(_sentence(row))
    if as_json:
        output.json({"sources": found})
    desk.store.close()
    if errors:
        for error in errors[:-1]:
            output.notice(f"Error: {error}")
        raise _worst(errors)


def _updated(desk: Desk, since: date | None) -> tuple[dict[str, Any], BlueprintsError | None]:
    new = changed = 0
    failure = None
    try:
        with output.progress(f"Updating {desk.name}", len(wishes(desk, since))) as advance:
            for saved in update(desk, since):
                new, changed = new + saved.new, changed + saved.changed
                advance(1)
    except (UsageError, StoreFailed):
        raise
    except BlueprintsError as error:
        failure = error
    span = desk.store.span(desk.name)
    row = {
        "source": desk.name,
        "new": new,
        "changed": changed,
        "first": span and str(span[0]),
        "latest": span and str(span[1]),
        "error": failure and str(failure),
    }
    return row, failure


def _sentence(row: dict[str, Any]) -> str:
    days = "1 new day" if row["new"] == 1 else f"{row['new']} new days"
    return f"{row['source']}: {days}, {row['changed']} changed, latest {row['latest'] or 'none'}"


def _worst(errors: list[BlueprintsError]) -> BlueprintsError:
    """The last error; if kinds are mixed, as a failure of the network, which says no more than that one failed."""
    codes = {error.exit_code for error in errors}
    last = errors[-1]
    return last if len(codes) == 1 else UpstreamError(str(last))
