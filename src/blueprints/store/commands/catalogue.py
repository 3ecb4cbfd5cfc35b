"""`blueprints store export` and `reindex`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from blueprints import output
from blueprints.store.commands import opened


@click.command("export", epilog="Example: blueprints store export games.csv")
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@opened.KIND
@opened.DATABASE
def export_games(file: Path, kind: str | None, database: str | None) -> None:
    """Write all games to a CSV or JSON file that `import` takes back; - writes to stdout."""
    opened.shop(database)
    from blueprints.store.importing import export

    chosen = kind or ("json" if file.suffix == ".json" else "csv")
    write = export.write_json if chosen == "json" else export.write_csv
    if str(file) == "-":
        write(sys.stdout)
        return
    with file.open("w", encoding="utf-8", newline="") as target:
        count = write(target)
    output.notice(f"{output.counted(count, 'game')} written to {file}")


@click.command(epilog="Example: blueprints store reindex")
@opened.DATABASE
def reindex(database: str | None) -> None:
    """Build the search index anew."""
    opened.shop(database)
    from blueprints.store.search import upkeep
    from blueprints.web.database import writing

    with writing():
        count = upkeep.rebuild()
    output.line(f"{output.counted(count, 'game')} indexed")
