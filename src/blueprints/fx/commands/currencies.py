"""List currencies with names, decimals, first and last day."""

from typing import Any

import click

from blueprints.fx.commands._given import json_option, source_option


@click.command(epilog="Example: blueprints fx currencies --all")
@click.option("--all", "everything", is_flag=True, help="Ended and suspended ones too, and all of ISO 4217.")
@source_option
@json_option
def cli(**options: Any) -> None:
    """List the currencies of a source: names, decimals, and the days of the first and the last stored rate."""
    from blueprints.fx.catalogue import currencies

    currencies(**options)
