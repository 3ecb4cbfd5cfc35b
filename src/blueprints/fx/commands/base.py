"""Show or set the default currency."""

import click

from blueprints.fx.commands import _completion


@click.command(epilog="Example: blueprints fx base SEK")
@click.argument("code", required=False, shell_complete=_completion.codes)
def cli(code: str | None) -> None:
    """Print the currency that amounts are in when none is named, or set it to CODE."""
    from blueprints.fx.defaults import base

    base(code)
