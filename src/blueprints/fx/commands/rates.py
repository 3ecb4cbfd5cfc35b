"""List the rates of a currency."""

from typing import Any

import click

from blueprints.fx.commands import _completion
from blueprints.fx.commands._given import date_option, json_option, source_option


@click.command(epilog="Example: blueprints fx rates SEK --to USD,EUR,NOK")
@click.argument("base", required=False, shell_complete=_completion.codes)
@date_option
@click.option(
    "--to",
    "to",
    metavar="CODES",
    shell_complete=_completion.code_lists,
    help="Only these currencies, with commas between them.",
)
@source_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def cli(**options: Any) -> None:
    """List what one BASE is worth in other currencies, at the latest rates or those of a day.

    Without BASE it is the default currency, and without that the currency in which the source quotes.
    """
    from blueprints.fx.listing import rates

    rates(**options)
