"""`blueprints serve store` and `blueprints store`."""

from __future__ import annotations

from typing import Any

import click

from blueprints import command
from blueprints.store.commands.catalogue import export_games, reindex
from blueprints.store.commands.checkouts import checkouts
from blueprints.store.commands.import_games import import_games
from blueprints.store.commands.keys import keys
from blueprints.store.service import SERVICE
from blueprints.web import serving


@click.command(epilog="Example: blueprints serve store --demo")
@serving.options(SERVICE)
def serve(**typed: Any) -> None:
    """Serve the shop; an orders service and a notifier start beside it unless one is configured."""
    serving.run(SERVICE, typed)


@click.group(cls=command.Group, context_settings=command.SETTINGS)
def cli() -> None:
    """Look after the shop's catalogue, keys and checkouts, in its database."""


for each in (checkouts, export_games, import_games, keys, reindex):
    cli.add_command(each)
