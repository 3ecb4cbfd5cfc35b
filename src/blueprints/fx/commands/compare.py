"""Set the rates of several sources side by side."""

from typing import Any

import click

from blueprints.fx.commands import _completion
from blueprints.fx.commands._given import date_option, json_option


@click.command(epilog="Example: blueprints fx compare EUR USD --source ecb --source frankfurter")
@click.argument("origin", metavar="FROM", shell_complete=_completion.codes)
@click.argument("target", metavar="TO", shell_complete=_completion.codes)
@date_option
@click.option(
    "--source",
    "chosen",
    multiple=True,
    metavar="NAME",
    shell_complete=_completion.sources,
    help="May be repeated.  [default: all that need no key or have one]",
)
@json_option
def cli(**options: Any) -> None:
    """Show the rate of each source, its difference from the median, and the spread of all."""
    from blueprints.fx.comparing import compare

    compare(**options)
