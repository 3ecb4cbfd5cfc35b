"""The client's commands, and what they share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from blueprints import config
from blueprints.orders.config import OrdersConfig

if TYPE_CHECKING:
    from blueprints.orders.client import OrdersClient


class Session:
    """The typed flags, and a client made when a command first needs it."""

    def __init__(self, typed: Mapping[str, Any], as_json: bool) -> None:
        self.typed = typed
        self.as_json = as_json

    @property
    def client(self) -> "OrdersClient":
        from blueprints.orders.client import OrdersClient

        return OrdersClient(config.load("orders", OrdersConfig, self.typed))


def add_to(group: click.Group) -> None:
    """Register every command."""
    from blueprints.orders.commands import changes, events, finding, keys, sending

    for module in (finding, changes, sending, keys, events):
        for one in module.COMMANDS:
            group.add_command(one)
