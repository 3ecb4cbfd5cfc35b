"""`blueprints serve orders` and `blueprints orders …`."""

from typing import Any

import click

from blueprints import command, config
from blueprints.orders import commands
from blueprints.orders.config import OrdersConfig
from blueprints.orders.service import SERVICE
from blueprints.web import serving


@click.command(epilog="Example: blueprints serve orders --port 8001")
@serving.options(SERVICE)
@click.option("--no-relay", is_flag=True, help="Do not deliver events from here.")
def serve(no_relay: bool, **typed: Any) -> None:
    """Serve the order service: HTTP API, admin, and the relay that delivers events."""
    without = ["blueprints.web.outbox.relay:run"] if no_relay else []
    serving.run(SERVICE, typed, children=[child for child in SERVICE.children if child not in without])


@click.group(cls=command.Group, epilog="Example: blueprints orders list --status received")
@config.options(OrdersConfig, "base_url")
@click.option("--json", "as_json", is_flag=True, help="Print the API's objects, one a line for lists.")
@click.pass_context
def cli(ctx: click.Context, /, as_json: bool, **typed: Any) -> None:
    """Find, send and advance orders, and look after keys and events, by the API of an order service."""
    ctx.obj = commands.Session(typed, as_json)


commands.add_to(cli)
