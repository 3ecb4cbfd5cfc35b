"""A shop in this process: its settings, games to sell, people to buy them, and an orders service to talk to."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from blueprints.store import orders, pricing
from blueprints.store.models import Company, Game, Platform
from tests.store.desk import Desk, desk
from tests.store.whole import RECENT


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Put the logs of the shops that ran into the report of a failure."""
    report = yield
    if report.failed:
        for running in RECENT:
            report.sections.append((f"log of {running.url}", "".join(running.lines[-200:])))
    return report


SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0LXNob3AtMTIzNA=="


@pytest.fixture
def orders_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An orders service that keeps to its contract, and fails when told to; it is never late, however busy the machine.

    The shop is patient with it: a desk that shares a busy processor with the test must not count as one that is away.
    """
    usual = orders._client
    monkeypatch.setattr(orders, "_client", lambda url, timeout_s: usual(url, max(timeout_s, 60.0)))
    with desk() as running:
        yield running
        orders.hang_up()


@pytest.fixture
def shop(service: Callable[..., Any], db: None, orders_desk: Desk) -> Any:
    """The shop's settings in force; gives its configuration."""
    return service("store", orders_url=orders_desk.url, orders_api_key="key", orders_webhook_secrets=[SECRET])


@pytest.fixture
def game(shop: Any) -> Callable[..., Game]:
    """`game("Astro Racer", price="10.00", stock=3)`: a game in the shop."""

    def make(name: str = "Astro Racer", price: str | None = "10.00", **fields: Any) -> Game:
        for kind, model in (("platform", Platform), ("developer", Company), ("publisher", Company)):
            title = fields.pop(kind, "NES" if kind == "platform" else None)
            if title is not None:
                found = model._default_manager.filter(name=title).first()
                fields[kind] = found or model._default_manager.create(name=title)
        made = Game.objects.create(name=name, **fields)
        if price is not None:
            pricing.set_price(made, Decimal(price))
        return made

    return make


@pytest.fixture
def user(shop: Any) -> Any:
    """Ada, who shops."""
    return get_user_model().objects.create_user(
        "ada", "ada@example.org", "a-long-password", first_name="Ada", last_name="Byte"
    )


@pytest.fixture
def other(shop: Any) -> Any:
    """Bob, who is somebody else."""
    return get_user_model().objects.create_user("bob", "bob@example.org", "a-long-password")


@pytest.fixture
def ada(user: Any) -> Client:
    """A browser where Ada is logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bob(other: Any) -> Client:
    """A browser where Bob is logged in."""
    client = Client()
    client.force_login(other)
    return client


@pytest.fixture
def admin(shop: Any) -> Client:
    """A browser where a superuser is logged in."""
    root = get_user_model().objects.create_superuser("root", "root@example.org", "a-long-password")
    client = Client()
    client.force_login(root)
    return client
