"""Show the conversions made."""

from typing import Any

import click

from blueprints.fx.commands._given import json_option


@click.command(epilog="Example: blueprints fx log --since 2026-11-01 --csv")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The newest of this many.")
@click.option("--since", metavar="D", help="Only from this day on: YYYY-MM-DD.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--clear", is_flag=True, help="Empty the log.")
def cli(**options: Any) -> None:
    """Show the conversions made, newest last, with the rate, its day and its source."""
    from blueprints.fx.logbook import log

    log(**options)
