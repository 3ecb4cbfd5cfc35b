"""`blueprints serve orders` and `blueprints orders …`."""

from typing import Any

import click

from blueprints import command
from blueprints.orders import commands
from blueprints.orders.service import SERVICE
from blueprints.web import serving
from blueprints.web.client import flags


@click.command(epilog="Example: blueprints serve orders --port 8001")
@serving.options(SERVICE)
@click.option("--no-relay", is_flag=True, help="Do not deliver events from here.")
def serve(no_relay: bool, **typed: Any) -> None:
    """Serve the order service: HTTP API, admin, and the relay that delivers events."""
    without = ["blueprints.web.outbox.relay:run"] if no_relay else []
    serving.run(SERVICE, typed, children=[child for child in SERVICE.children if child not in without])


@click.group(cls=command.Group, epilog="Example: blueprints orders list --status received")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find, send and advance orders, and look after keys and events, by the API of an order service."""
    ctx.obj = commands.Session()


commands.add_to(cli)
flags.add_to(cli, "orders.base_url")
