"""`blueprints serve orders` and `blueprints orders …`."""

from typing import Any

import click

from blueprints import command
from blueprints.orders.service import SERVICE
from blueprints.web import serving


@click.command(epilog="Example: blueprints serve orders --port 8001")
@serving.options(SERVICE)
@click.option("--no-relay", is_flag=True, help="Do not deliver events from here.")
def serve(no_relay: bool, **typed: Any) -> None:
    """Serve the order service: HTTP API, admin, and the relay that delivers events."""
    serving.run(SERVICE, typed, children=() if no_relay else SERVICE.children)


@click.group(cls=command.Group)
def cli() -> None:
    """Talk to an order service."""
