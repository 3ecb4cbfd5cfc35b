"""The client's commands, and what they share."""

from typing import TYPE_CHECKING

import click

from blueprints import config
from blueprints.orders.config import OrdersConfig
from blueprints.web.client import flags

if TYPE_CHECKING:
    from blueprints.orders.client import OrdersClient


class Session:
    """What the flags say, and a client made when a command first needs it."""

    @property
    def as_json(self) -> bool:
        return flags.as_json()

    @property
    def client(self) -> "OrdersClient":
        from blueprints.orders.client import OrdersClient

        return OrdersClient(config.load("orders", OrdersConfig, {"base_url": flags.base_url()}))


def add_to(group: click.Group) -> None:
    """Register every command."""
    from blueprints.orders.commands import changes, events, finding, keys, sending

    for module in (finding, changes, sending, keys, events):
        for one in module.COMMANDS:
            group.add_command(one)
