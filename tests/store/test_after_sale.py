"""What happens after an order is placed: events, history, cancellation, keys."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprints import clock
from blueprints.store import keys
from blueprints.store.models import Checkout, Game, KeyClaim, LicenceKey, Receipt
from blueprints.web import webhooks
from blueprints.web.outbox.models import Event
from tests.store.conftest import SECRET
from tests.store.desk import Desk
from tests.store.reading import read
from tests.store.test_cart import quantities
from tests.store.test_checkout import NOW, review, stock


def deliver(
    client: Client, event: object, number: str = "evt_1", at: datetime | None = None, secret: str = SECRET
) -> int:
    """Post an event as the orders service does; the status of the answer."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    headers = webhooks.headers([secret], number, at or clock.now(), body)
    return client.post("/webhooks/orders", body, content_type="application/json", headers=headers).status_code


def event(order: dict[str, Any], kind: str = "order.status_changed") -> dict[str, Any]:
    return {"type": kind, "timestamp": "2026-01-01T00:00:00Z", "data": {"order": order}}


@pytest.fixture
def bought(game: Callable[..., Game], ada: Client, orders_desk: Desk) -> Game:
    """Two copies of a game that Ada has ordered as order 39."""
    one = game(stock=5)
    ada.post(f"/cart/add/{one.pk}/", {"quantity": "2"})
    ada.post("/checkout/", review(ada))
    return one


def published(kind: str) -> list[dict[str, Any]]:
    return [json.loads(one.body)["data"] for one in Event.objects.filter(type=kind).order_by("pk")]


def test_an_event_updates_the_status_once(bought: Game, client: Client, orders_desk: Desk) -> None:
    shipped = orders_desk.advance(39, 4, tracking={"carrier": "Post", "number": "7", "url": None}, version=6)
    assert deliver(client, event(dict(shipped)), "evt_2") == 204
    old = {**shipped, "status_code": 2, "version": 2}
    assert deliver(client, event(old), "evt_1") == 204
    checkout = Checkout.objects.get()
    assert (checkout.order_status, checkout.tracking) == (4, {"carrier": "Post", "number": "7", "url": None})


def test_a_cancelled_order_gives_its_stock_back_once(bought: Game, client: Client, orders_desk: Desk) -> None:
    cancelled = orders_desk.advance(39, 6)
    for number in ("evt_1", "evt_1", "evt_2"):
        assert deliver(client, event(cancelled, "order.cancelled"), number) == 204
    assert stock(bought) == 5
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(
    ("number", "age", "secret"),
    [("evt_1", 301, SECRET), ("evt_1", -301, SECRET), ("evt_1", 0, "whsec_" + "A" * 32)],
)
def test_a_bad_or_stale_signature_changes_nothing(
    bought: Game, client: Client, orders_desk: Desk, number: str, age: int, secret: str
) -> None:
    cancelled = orders_desk.advance(39, 6)
    with time_machine.travel(NOW, tick=False):
        assert deliver(client, event(cancelled), number, NOW - timedelta(seconds=age), secret) == 401
    assert client.post("/webhooks/orders", b"{}", content_type="application/json").status_code == 401
    assert stock(bought) == 3
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"type": "shop.opened"},
        {"type": "order.received"},
        {"type": "order.x", "data": {"order": {"id": 1}}},
        {"data": 3},
    ],
)
def test_events_that_mean_nothing_here_are_accepted(shop: Any, client: Client, body: dict[str, Any]) -> None:
    assert deliver(client, body) == 204


def test_bodies_that_are_no_events_are_refused(shop: Any, client: Client) -> None:
    assert deliver(client, b"not json") == 400
    assert deliver(client, [1]) == 400
    assert client.get("/webhooks/orders").status_code == 405


def test_an_event_may_be_faster_than_the_answer(
    game: Callable[..., Game], ada: Client, client: Client, orders_desk: Desk
) -> None:
    ada.post(f"/cart/add/{game().pk}/")
    orders_desk.lose_answers = 1
    ada.post("/checkout/", review(ada))
    order = orders_desk.orders[0]
    stranger = {**order, "order_customer": {"customer_id": 999}}
    deliver(client, event(stranger, "order.received"), "evt_0")
    assert Checkout.objects.get().state == "reserved"
    deliver(client, event(order, "order.received"), "evt_1")
    checkout = Checkout.objects.get()
    assert (checkout.state, checkout.order_id) == ("placed", 39)
    deliver(client, event({**order, "id": 77, "reference": None}), "evt_2")
    assert Checkout.objects.get().order_id == 39


def test_the_history_is_live_and_falls_back_to_the_last_known(bought: Game, ada: Client, orders_desk: Desk) -> None:
    orders_desk.advance(39, 4, tracking={"carrier": "Post", "number": "RR7", "url": "https://post.example/RR7"})
    for path in ("/my-orders/", "/my-orders/39/"):
        html = ada.get(path).content.decode()
        assert "Shipping" in html
        assert "RR7" in html
        assert "https://post.example/RR7" in html
        assert "last known" not in html
    orders_desk.fail_with = 503
    for path in ("/my-orders/", "/my-orders/39/"):
        answer = ada.get(path)
        assert answer.status_code == 200
        assert "last known states, as of" in answer.content.decode()
        assert "Received" in answer.content.decode()


def test_an_address_of_a_parcel_is_one_of_the_web(bought: Game, ada: Client, orders_desk: Desk) -> None:
    orders_desk.advance(39, 4, tracking={"carrier": None, "number": None, "url": "javascript:alert(1)"})
    assert "javascript:" not in ada.get("/my-orders/39/").content.decode()


def test_an_order_belongs_to_who_placed_it(bought: Game, bob: Client, client: Client) -> None:
    assert "Order 39" not in bob.get("/my-orders/").content.decode()
    for path in ("/my-orders/39/", "/my-orders/40/"):
        assert bob.get(path).status_code == 404
    for path in ("/my-orders/39/cancel/", "/my-orders/39/again/"):
        assert bob.post(path).status_code == 404
        assert bob.get(path).status_code == 405
        assert client.post(path)["Location"].startswith("/accounts/login/")
    assert client.get("/my-orders/39/")["Location"] == "/accounts/login/?next=%2Fmy-orders%2F39%2F"


def test_an_empty_history_says_so(shop: Any, ada: Client) -> None:
    assert "You have no orders yet" in ada.get("/my-orders/").content.decode()


def test_an_order_can_be_cancelled_while_its_status_allows(bought: Game, ada: Client, orders_desk: Desk) -> None:
    assert "Cancel this order" in ada.get("/my-orders/39/").content.decode()
    html = ada.post("/my-orders/39/cancel/", follow=True).content.decode()
    assert "Order 39 is cancelled" in html
    assert "Cancel this order" not in html
    assert stock(bought) == 5
    html = ada.post("/my-orders/39/cancel/", follow=True).content.decode()
    assert "cannot be cancelled: It is Cancelled already." in html
    orders_desk.fail_with = 503
    html = ada.post("/my-orders/39/cancel/", follow=True).content.decode()
    assert "does not answer" in html
    assert stock(bought) == 5


def test_an_order_can_be_made_again(bought: Game, ada: Client, game: Callable[..., Game]) -> None:
    Game.objects.filter(pk=bought.pk).update(stock=1)
    html = ada.post("/my-orders/39/again/", follow=True).content.decode()
    assert quantities() == {"Astro Racer": 1}
    assert "only 1 of Astro Racer" in html
    Game.objects.filter(pk=bought.pk).update(stock=0)
    assert "sold out" in ada.post("/my-orders/39/again/", follow=True).content.decode()


def test_each_copy_gets_one_key_once(bought: Game, ada: Client, client: Client, orders_desk: Desk) -> None:
    assert keys.add(Game.objects.get(pk=bought.pk), ["KEY-1", "KEY-1", " ", ""]) == (1, 1)
    completed = orders_desk.advance(39, 5)
    for number in ("evt_1", "evt_2"):
        deliver(client, event(completed, "order.completed"), number)
    html = ada.get("/my-orders/39/").content.decode()
    assert html.count("KEY-1") == 1
    assert html.count("Key pending") == 1
    assert keys.add(Game.objects.get(pk=bought.pk), ["KEY-2", "KEY-3"], add_stock=True) == (2, 0)
    html = ada.get("/my-orders/39/").content.decode()
    assert "KEY-2" in html
    assert "Key pending" not in html
    assert stock(bought) == 5
    assert KeyClaim.objects.count() == 2
    told = published("store.keys_ready")
    assert [one["items"] for one in told] == [
        [{"name": "Astro Racer", "quantity": 2, "ready": 1}], [{"name": "Astro Racer", "quantity": 2, "ready": 2}],
    ]  # fmt: skip
    assert told[0]["order_id"] == 39
    assert told[0]["url"] == "http://127.0.0.1:8000/my-orders/39/"
    assert "KEY-" not in json.dumps(told)
    assert keys.report() == [
        {"game": bought.pk, "name": "Astro Racer", "platform": "NES", "free": 1, "assigned": 2, "pending": 0}
    ]


def test_games_without_a_pool_have_no_keys(bought: Game, ada: Client, client: Client, orders_desk: Desk) -> None:
    deliver(client, event(orders_desk.advance(39, 5), "order.completed"))
    assert not KeyClaim.objects.exists()
    assert "Key" not in read(ada.get("/my-orders/39/")).split("<main")[1]


def test_keys_are_served_in_the_order_of_completion(
    game: Callable[..., Game], ada: Client, bob: Client, client: Client, orders_desk: Desk
) -> None:
    one = game()
    keys.add(one, [])
    for browser in (ada, bob):
        browser.post(f"/cart/add/{one.pk}/")
        browser.post("/checkout/", review(browser))
    for number in (40, 39):
        deliver(client, event(orders_desk.advance(number, 5), "order.completed"), f"evt_{number}")
    keys.add(Game.objects.get(pk=one.pk), ["FIRST"])
    assert "FIRST" in bob.get("/my-orders/40/").content.decode()
    assert "FIRST" not in read(ada.get("/my-orders/39/"))


def test_a_masked_code_shows_little(game: Callable[..., Game]) -> None:
    assert LicenceKey(code="ABCD-EFGH-1234").masked == "••••••••1234"
    assert str(LicenceKey(code="SHORT")) == "••••••••"
