"""`blueprints serve store` and `blueprints store`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprints import command, output
from blueprints.store.service import SERVICE
from blueprints.web import serving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blueprints.store.importing.report import Report
    from blueprints.store.models import Checkout

SHOWN_ERRORS = 20
FORMATS = click.Choice(["csv", "json"])
DATABASE = click.option("--database", metavar="URL", help="The shop's database, where it is not the configured one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command(epilog="Example: blueprints serve store --demo")
@serving.options(SERVICE)
def serve(**typed: Any) -> None:
    """Serve the shop; an orders service and a notifier start beside it unless one is configured."""
    serving.run(SERVICE, typed)


@click.group(cls=command.Group, context_settings=command.SETTINGS)
def cli() -> None:
    """Look after the shop's catalogue, keys and checkouts, in its database."""


def _open(database: str | None = None) -> None:
    """Set Django up for the shop's database, which is made when it is not there."""
    import os

    if database:
        os.environ["BLUEPRINTS_STORE__DATABASE"] = database
    from blueprints.web import settings

    settings.configure("store")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _pairs(_context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`FIELD=TEXT` flags as a table; a field that does not exist is a usage error."""
    from blueprints.store.core.records import FIELDS

    table = {}
    for value in values:
        name, sign, text = value.partition("=")
        if not sign or name not in FIELDS:
            raise click.BadParameter(f"{value!r} is not FIELD=…; fields are {', '.join(FIELDS)}", param=parameter)
        table[name] = text
    return table


@cli.command(
    "import", epilog="Example: blueprints store import games.csv --map name=Title --set platform=NES --null N/A"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "kind", type=FORMATS, help="Kind of file.  [default: by its name, else csv]")
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", callback=_pairs, help="Where a field stands.")
@click.option(
    "--set", "constants", multiple=True, metavar="FIELD=VALUE", callback=_pairs, help="The same in all records."
)
@click.option("--null", "empty", multiple=True, metavar="TEXT", help="Text that stands for an empty cell.")
@click.option("--delimiter", default=",", show_default=True, help="Between the cells of a CSV.")
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Of the file.")
@click.option("--images", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the pictures.")
@click.option("--skip-bad", is_flag=True, help="Import the good records of a file with bad ones.")
@click.option("--no-update", is_flag=True, help="Leave games that are there already as they are.")
@click.option("--dry-run", is_flag=True, help="Report what would be done, and do nothing.")
@DATABASE
@JSON
def import_games(
    file: Path,
    kind: str | None,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    empty: tuple[str, ...],
    delimiter: str,
    encoding: str,
    images: Path | None,
    skip_bad: bool,
    no_update: bool,
    dry_run: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Bring games in from a CSV or JSON file; - reads stdin.

    All or nothing: a bad record stops the import and is named with its line and field, unless --skip-bad.
    """
    from blueprints.store.importing import rows

    if len(delimiter) != 1:
        raise click.BadParameter("give one character", param_hint="--delimiter")
    reading = rows.Reading(columns, constants, frozenset(empty), delimiter, _known_encoding(encoding))
    _open(database)
    from blueprints.store.importing.write import Options, write

    with rows.readable(file) as path:
        chosen = kind or ("json" if file.suffix == ".json" else "csv")
        source = (rows.json_source if chosen == "json" else rows.csv_source)(path, reading, name=file.name)
        report = write(source, Options(images, skip_bad, not no_update, dry_run))
    _show(report, as_json=as_json)


def _known_encoding(name: str) -> str:
    import codecs

    try:
        codecs.lookup(name)
    except LookupError as error:
        raise click.BadParameter(f"no encoding is called {name!r}", param_hint="--encoding") from error
    return name


def _show(report: Report, *, as_json: bool) -> None:
    """Print the report; errors that stopped the import make the exit code 1."""
    from blueprints.errors import BlueprintsError

    if as_json:
        output.json(report.as_json())
    else:
        counts = f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged"
        begin = "would be: " if report.dry_run else ""
        output.line(
            f"{report.file}: {report.rows} records, {begin}{counts}, {report.skipped} skipped ({report.seconds} s)"
        )
        for failure in report.errors[:SHOWN_ERRORS]:
            field = f", {failure.field}" if failure.field else ""
            output.warning(f"line {failure.line}{field}: {failure.message}")
        if len(report.errors) > SHOWN_ERRORS:
            output.warning(f"and {len(report.errors) - SHOWN_ERRORS} more")
    if report.is_stopped:
        first = report.errors[0]
        where = f"line {first.line}" + (f", {first.field}" if first.field else "")
        raise BlueprintsError(
            f"{report.file}: nothing was imported because of {len(report.errors)} errors ({where}: {first.message})"
        )


@cli.command("export", epilog="Example: blueprints store export games.csv")
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "kind", type=FORMATS, help="Kind of file.  [default: by its name, else csv]")
@DATABASE
def export_games(file: Path, kind: str | None, database: str | None) -> None:
    """Write all games to a CSV or JSON file that `import` takes back; - writes to stdout."""
    _open(database)
    from blueprints.store.importing import export

    chosen = kind or ("json" if file.suffix == ".json" else "csv")
    write = export.write_json if chosen == "json" else export.write_csv
    if str(file) == "-":
        write(sys.stdout)
        return
    with file.open("w", encoding="utf-8", newline="") as target:
        count = write(target)
    output.notice(f"{count} games written to {file}")


@cli.group(cls=command.Group)
def keys() -> None:
    """Licence keys: fill the pools and see what is left."""


@keys.command("import", epilog="Example: blueprints store keys import 17 codes.txt --add-stock")
@click.argument("game_id", type=int)
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--add-stock", is_flag=True, help="Count the new keys as stock, too.")
@DATABASE
@JSON
def import_keys(game_id: int, file: Any, add_stock: bool, database: str | None, as_json: bool) -> None:
    """Put codes, one a line, into the pool of a game; buyers who wait get theirs at once."""
    from blueprints.errors import BlueprintsError

    _open(database)
    from blueprints.store import keys as pools
    from blueprints.store.models import Game
    from blueprints.web.database import writing

    try:
        codes = file.read().splitlines()
    except UnicodeDecodeError as error:
        raise BlueprintsError(f"{file.name} is not UTF-8: save it as text with a code a line") from error
    if too_long := next((number for number, code in enumerate(codes, 1) if len(code.strip()) > 200), 0):
        raise BlueprintsError(f"{file.name}: line {too_long} is longer than 200 characters")
    with writing():
        if (game := Game.objects.filter(pk=game_id).first()) is None:
            raise BlueprintsError(
                f"there is no game {game_id}: `blueprints store export` does not list ids, the admin does"
            )
        new, repeated = pools.add(game, codes, add_stock=add_stock)
    if as_json:
        output.json({"game": game_id, "new": new, "repeated": repeated})
    else:
        output.line(f"{game}: {new} new keys, {repeated} repeated")


@keys.command("report", epilog="Example: blueprints store keys report --json")
@DATABASE
@JSON
def report_keys(database: str | None, as_json: bool) -> None:
    """Show for each pool how many keys are free, assigned and still owed."""
    _open(database)
    from blueprints.store import keys as pools

    rows = pools.report()
    if as_json:
        output.json(rows)
    else:
        _table(rows, ["game", "name", "platform", "free", "assigned", "pending"])


@cli.command(epilog="Example: blueprints store reindex")
@DATABASE
def reindex(database: str | None) -> None:
    """Build the search index anew."""
    _open(database)
    from blueprints.store.search import upkeep
    from blueprints.web.database import writing

    with writing():
        count = upkeep.rebuild()
    output.line(f"{count} games indexed")


@cli.group(cls=command.Group)
def checkouts() -> None:
    """Checkouts: see which wait for the orders service, send them again, give them up."""


@checkouts.command("list", epilog="Example: blueprints store checkouts list --state reserved")
@click.option("--state", type=click.Choice(["reserved", "placed", "refused", "aborted"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@DATABASE
@JSON
def list_checkouts(state: str | None, limit: int, database: str | None, as_json: bool) -> None:
    """List checkouts, newest first."""
    _open(database)
    from blueprints.store.models import Checkout

    found = Checkout.objects.filter(**({"state": state} if state else {})).order_by("-created_at")[:limit]
    rows = [_row(checkout) for checkout in found]
    if as_json:
        output.json(rows)
    else:
        _table(rows, ["id", "state", "order_id", "total", "attempts", "next_attempt_at", "last_error"])


def _table(rows: list[dict[str, Any]], columns: list[str]) -> None:
    output.table([[row[name] for name in columns] for row in rows], columns)


def _row(checkout: Checkout) -> dict[str, Any]:
    return {
        "id": str(checkout.pk),
        "state": checkout.state,
        "order_id": checkout.order_id,
        "total": str(checkout.total),
        "currency": checkout.currency,
        "attempts": checkout.attempts,
        "next_attempt_at": checkout.next_attempt_at and checkout.next_attempt_at.isoformat(),
        "last_error": checkout.last_error,
        "reason": checkout.reason,
        "created_at": checkout.created_at.isoformat(),
    }


@checkouts.command("retry", epilog="Example: blueprints store checkouts retry 6b1f0c9e-7d7c-4f3a-9d44-6a51d5a0c111")
@click.argument("number", metavar="ID", type=click.UUID)
@DATABASE
@JSON
def retry_checkout(number: Any, database: str | None, as_json: bool) -> None:
    """Send a waiting checkout to the orders service now."""
    _settle(number, database, "retry", as_json=as_json)


@checkouts.command("abort", epilog="Example: blueprints store checkouts abort 6b1f0c9e-7d7c-4f3a-9d44-6a51d5a0c111")
@click.argument("number", metavar="ID", type=click.UUID)
@DATABASE
@JSON
def abort_checkout(number: Any, database: str | None, as_json: bool) -> None:
    """Give a waiting checkout up: stock and cart get everything back, once the orders service has voided it."""
    _settle(number, database, "abort", as_json=as_json)


def _settle(number: Any, database: str | None, act: str, *, as_json: bool) -> None:
    from blueprints.errors import BlueprintsError

    _open(database)
    from blueprints.store import checkouts as desk
    from blueprints.store.models import Checkout

    found = Checkout.objects.prefetch_related("lines").filter(pk=number).first()
    if found is None:
        raise BlueprintsError(f"there is no checkout {number}: `blueprints store checkouts list` shows them")
    if found.state != Checkout.State.RESERVED:
        raise BlueprintsError(f"checkout {number} is {found.state} already: only waiting ones can be settled")
    checkout = getattr(desk, act)(found)
    if as_json:
        output.json(_row(checkout))
    else:
        order = f", order {checkout.order_id}" if checkout.order_id else ""
        output.line(
            f"{checkout.pk}: {checkout.state}{order}{': ' + checkout.last_error if checkout.last_error else ''}"
        )
