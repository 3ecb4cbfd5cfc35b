"""Fetch new rates."""

from typing import Any

import click

from blueprints.fx.commands import _completion
from blueprints.fx.commands._given import json_option


@click.command(epilog="Example: blueprints fx update --source frankfurter --since 2024-01-01")
@click.option("--since", metavar="D", help="Fetch again from this day on: YYYY-MM-DD.  [default: what is new]")
@click.option(
    "--source",
    "chosen",
    multiple=True,
    metavar="NAME",
    shell_complete=_completion.sources,
    help="May be repeated.  [default: fx.source]",
)
@click.option("--yes", is_flag=True, help="Agree to more than 10 requests to a source that counts them.")
@json_option
def cli(**options: Any) -> None:
    """Fetch what the sources have published since the last stored day."""
    from blueprints.fx.updates import updates

    updates(**options)
