"""`blueprints store import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprints import output
from blueprints.store.commands import opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blueprints.store.importing.report import Report

SHOWN_ERRORS = 20


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


@click.command(
    "import", epilog="Example: blueprints store import games.csv --map name=Title --set platform=NES --null N/A"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@opened.KIND
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
@opened.DATABASE
@opened.JSON
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
    opened.shop(database)
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
            f"{report.file}: {output.counted(report.rows, 'record')}, {begin}{counts}, "
            f"{report.skipped} skipped ({report.seconds} s)"
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
            f"{report.file}: nothing was imported because of {output.counted(len(report.errors), 'error')} "
            f"({where}: {first.message})"
        )
