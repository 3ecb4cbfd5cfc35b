"""Show the rates of a pair over time."""

from typing import Any

import click

from blueprints.fx.commands import _completion
from blueprints.fx.commands._given import json_option, source_option


@click.command(epilog="Example: blueprints fx history EUR USD --since 2024-01-01 --every month --plot")
@click.argument("origin", metavar="FROM", shell_complete=_completion.codes)
@click.argument("target", metavar="TO", shell_complete=_completion.codes)
@click.option("--since", metavar="D", help="First day: YYYY-MM-DD.  [default: 90 days before the last]")
@click.option("--until", metavar="D", help="Last day.  [default: today]")
@click.option(
    "--every", type=click.Choice(["day", "week", "month"]), default="day", help="The last published day of each."
)
@source_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--plot", is_flag=True, help="Draw a line instead of a table.")
def cli(**options: Any) -> None:
    """Show what one FROM was worth in TO, for every published day of a period."""
    from blueprints.fx.histories import history

    history(**options)
