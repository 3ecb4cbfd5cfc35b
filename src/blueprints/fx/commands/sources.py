"""List the sources of rates and what is stored of each."""

import click

from blueprints.fx.commands._given import json_option


@click.command(epilog="Example: blueprints fx sources --json")
@json_option
def cli(as_json: bool) -> None:
    """List the sources: what they quote in, whether they have their key, and which days are stored."""
    from blueprints.fx.directory import sources

    sources(as_json)
