"""The notifier in this process: its settings, a key, signed events, a sender that works off what is due."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from django.http import HttpResponse
from django.test import Client

from blueprints import clock
from blueprints.notifier import parts
from blueprints.notifier.config import SourceConfig
from blueprints.notifier.records.database import Records
from blueprints.notifier.scopes import SCOPES
from blueprints.notifier.sending import Sender, Sending
from blueprints.web import webhooks
from blueprints.web.keys import issue

SECRETS = {name: webhooks.new_secret() for name in ("orders", "store")}
EVENT_TIME = "2026-11-22T15:57:00Z"


def order(**changes: Any) -> dict[str, Any]:
    """Order 39 of three lines, 32.75 altogether."""
    lines = [("Astro Racer", "10.00"), ("Maze Hunter", "15.30"), ("Tiny Orchestra", "7.45")]
    return {
        "id": 39,
        "status": "received",
        "status_label": "Received",
        "total": "32.75",
        "currency": "USD",
        "items": [{"name": name, "quantity": 1, "price_per_unit": price} for name, price in lines],
        "order_customer": {"customer_id": 7, "name": "Ada Byte", "email": "ada@example.org", "locale": None},
        "tracking": None,
        "created_at": EVENT_TIME,
        **changes,
    }


def received(**changes: Any) -> dict[str, Any]:
    return event("order.received", 1, **changes)


def event(name: str, to: int, passed_through: bool = False, **changes: Any) -> dict[str, Any]:
    """An event of the order service."""
    change = {"from": None, "to": to, "actor": "x", "via": "api", "reason": None, "passed_through": passed_through}
    return {"type": name, "timestamp": clock.now().isoformat(), "data": {"order": order(**changes), "change": change}}


def price_drop(**changes: Any) -> dict[str, Any]:
    game = {"id": 1, "name": "Astro Racer", "platform": "Orbit 64", "url": "https://shop.example/g/1",
            "price": "19.90", "old_price": "29.90", "currency": "USD"}  # fmt: skip
    recipient = {"name": "Ada Byte", "email": "ada@example.org", "locale": "de"}
    data = {"recipient": recipient, "game": game, "unsubscribe_url": "https://shop.example/u/t/", **changes}
    return {"type": "store.price_drop", "timestamp": clock.now().isoformat(), "data": data}


class Post(Protocol):
    def __call__(self, event: Any, *, id: str = "evt_1", source: str = "orders", **more: Any) -> HttpResponse: ...


@pytest.fixture
def notifier(service: Callable[..., Any]) -> Callable[..., Any]:
    """`notifier(silence=[…])` puts the notifier's settings in force; gives its config."""

    def use(**fields: Any) -> Any:
        sources = {name: SourceConfig([secret]) for name, secret in SECRETS.items()}
        return service("notifier", **{"sources": sources, **fields})

    return use


@pytest.fixture
def post_event(client: Client) -> Post:
    """Post a signed event to the service in this process."""

    def post(event: Any, *, id: str = "evt_1", source: str = "orders", **more: Any) -> Any:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        secret = more.pop("secret", SECRETS[source])
        headers = webhooks.headers([secret], id, more.pop("now", datetime.now(UTC)), body) | more
        return client.post(f"/webhooks/{source}", body, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def key() -> Callable[..., dict[str, str]]:
    """`key()`: headers with a key of all scopes, `key("mails:read")` of some."""

    def make(*scopes: str) -> dict[str, str]:
        return {"X-API-Key": issue.create("tests", scopes or SCOPES)[1]}

    return make


@pytest.fixture
def work_off() -> Callable[..., list[str]]:
    """`work_off(config, channel)`: attempt every due mail once, in order; the results."""

    def run(config: Any, channel: Any = None) -> list[str]:
        sender = Sender(
            "s_test", config.channel, "no-reply@shop.example", "The Shop", "", config.lease, config.schedule
        )
        records = Records()
        sending = Sending(sender, records, channel or parts.channel(config), parts.templates(config), lambda: 0.5)
        outcomes = [sending.attempt(mail_id) for mail_id in records.due(clock.now(), 100, set())]
        sending.close()
        return [outcome.result if outcome else "none" for outcome in outcomes]

    return run
