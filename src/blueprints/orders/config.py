"""Settings of the order service and of its client."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from blueprints.web.config import ClientKey, RelayConfig, SubscriberConfig


@dataclass(frozen=True)
class OrdersConfig:
    database: Annotated[str, "sqlite:///path or postgresql://…; empty: SQLite in the data folder."] = ""
    base_url: Annotated[str, "Address of the service that the client commands talk to."] = "http://127.0.0.1:8001"
    api_key: Annotated[str, "Key of the client commands; unset: the one that a service on this machine left."] = field(
        default="", repr=False
    )
    currency: Annotated[str, "Currency of orders that name none."] = "USD"
    time_zone: Annotated[str, "Time zone of dates without a time in lists."] = "UTC"
    transitions: Annotated[
        dict[str, list[str]], "Status -> statuses that may follow; replaces the published table for it."
    ] = field(default_factory=dict)
    cancel_received_after: Annotated[timedelta | None, "Cancel orders that stay received for longer than this."] = None
    keys: Annotated[list[ClientKey], "API keys to make at the start: client, scopes, key_file."] = field(
        default_factory=list
    )
    subscribers: Annotated[list[SubscriberConfig], "Who is told of events: name, url, secret, events."] = field(
        default_factory=list, repr=False
    )
    allow_private_networks: Annotated[bool, "Whether subscribers made by API may be in private networks."] = False
    relay: Annotated[RelayConfig, "Delivery of events."] = field(default_factory=RelayConfig)


SECTION = OrdersConfig
