"""`blueprints store keys`."""

from __future__ import annotations

from typing import Any

import click

from blueprints import command, output
from blueprints.store.commands import opened


@click.group(cls=command.Group)
def keys() -> None:
    """Licence keys: fill the pools and see what is left."""


@keys.command("import", epilog="Example: blueprints store keys import 17 codes.txt --add-stock")
@click.argument("game_id", type=int)
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--add-stock", is_flag=True, help="Count the new keys as stock, too.")
@opened.DATABASE
@opened.JSON
def import_keys(game_id: int, file: Any, add_stock: bool, database: str | None, as_json: bool) -> None:
    """Put codes, one a line, into the pool of a game; buyers who wait get theirs at once."""
    from blueprints.errors import BlueprintsError

    opened.shop(database)
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
@opened.DATABASE
@opened.JSON
def report_keys(database: str | None, as_json: bool) -> None:
    """Show for each pool how many keys are free, assigned and still owed."""
    opened.shop(database)
    from blueprints.store import keys as pools

    rows = pools.report()
    if as_json:
        for row in rows:
            output.json_line(row)
    else:
        columns = ["game", "name", "platform", "free", "assigned", "pending"]
        output.table([[row[name] for name in columns] for row in rows], columns)
