"""`fx update`: several sources, one after the other; what one of them lacks does not stop the next."""

from collections.abc import Sequence
from typing import Any

from blueprints import output
from blueprints.errors import BlueprintsError, UpstreamError, UsageError
from blueprints.fx.commands import _given
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.desk import Desk
from blueprints.fx.updating import require_consent, update, wishes
from blueprints.fx.wire import Wanted


def updates(since: str | None, chosen: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Update the sources and print what was new; raises the error of a source if one failed."""
    first = _given.day(since)
    desk = Desk.opened(_given.settings())
    desks = [desk.beside(name) for name in dict.fromkeys(chosen or [desk.name])]
    plans = [(one, wishes(one, first)) for one in desks]
    for one, wanted in plans:
        if not yes:
            require_consent(one, wanted)
        if first and one.source.begins and first < one.source.begins:
            output.notice(f"{one.name} has no rates before {one.source.begins}.")
    found, errors = [], []
    for one, wanted in plans:
        row, error = _updated(one, wanted)
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


def _updated(desk: Desk, wanted: Sequence[Wanted]) -> tuple[dict[str, Any], BlueprintsError | None]:
    new = changed = 0
    failure = None
    try:
        with output.progress(f"Updating {desk.name}", len(wanted)) as advance:
            for saved in update(desk, wanted):
                new, changed = new + saved.new, changed + saved.changed
                advance(1)
    except (UsageError, StoreFailed):
        raise
    except KeyboardInterrupt:
        if len(wanted) > 1:
            output.notice(f"{desk.name}: {output.counted(new, 'new day')} stored; the same command goes on from there.")
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
    days = output.counted(row["new"], "new day")
    return f"{row['source']}: {days}, {row['changed']} changed, latest {row['latest'] or 'none'}"


def _worst(errors: list[BlueprintsError]) -> BlueprintsError:
    """The last error; if kinds are mixed, as a failure of the network, which says no more than that one failed."""
    codes = {error.exit_code for error in errors}
    last = errors[-1]
    return last if len(codes) == 1 else UpstreamError(str(last))
