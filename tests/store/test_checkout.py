import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprints.errors import UpstreamError
from blueprints.store import checkouts, orders, pricing
from blueprints.store.models import CartLine, Checkout, Game
from blueprints.store.relay import Relay
from tests.store.desk import Desk
from tests.store.test_cart import quantities

NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)  # past, so that log-ins made before are valid then on every clock


def review(client: Client) -> dict[str, str]:
    """The hidden fields of the review page."""
    return fields(client.get("/checkout/").content.decode())


def fields(html: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in ("checkout_id", "expected_total")}  # type: ignore[index]  # they are there


def stock(game: Game) -> int | None:
    return Game.objects.get(pk=game.pk).stock


@pytest.fixture
def cart(game: Callable[..., Game], ada: Client) -> list[Game]:
    """Three games in Ada's cart, one each."""
    games = [
        game(name, price, stock=copies)
        for name, price, copies in (("A", "10.00", 5), ("B", "15.30", 1), ("C", "7.45", None))
    ]
    for one in games:
        ada.post(f"/cart/add/{one.pk}/")
    return games


def test_an_order_is_placed_and_shown(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    answer = ada.post("/checkout/", review(ada), follow=True)
    html = answer.content.decode()
    assert "Order 39 is placed" in html
    assert "$32.75" in html
    assert quantities() == {}
    assert [stock(one) for one in cart] == [4, 0, None]
    history = ada.get("/my-orders/").content.decode()
    assert "Order 39" in history
    assert "Received" in history
    assert "$32.75" in history
    sent = orders_desk.seen[0][2]
    assert sent["total"] == "32.75"
    assert sent["order_customer"] == {
        "customer_id": Checkout.objects.get().customer_id,
        "name": "Ada Byte",
        "email": "ada@example.org",
        "locale": "en-US",
    }
    assert sent["items"][0] == {"product_id": cart[0].pk, "name": "A", "quantity": 1, "price_per_unit": "10.00"}


def test_guests_log_in_first_and_come_back(game: Callable[..., Game], client: Client, user: Any) -> None:
    client.post(f"/cart/add/{game().pk}/")
    answer = client.get("/checkout/")
    assert answer["Location"] == "/accounts/login/?next=%2Fcheckout%2F"
    html = client.get(answer["Location"]).content.decode()
    assert "/accounts/signup/?next=%2Fcheckout%2F" in html
    login = client.post("/accounts/login/", {"login": "ada", "password": "a-long-password", "next": "/checkout/"})
    assert login["Location"] == "/checkout/"
    assert "Check your order" in client.get("/checkout/").content.decode()


def test_an_empty_cart_cannot_be_ordered(shop: Any, ada: Client) -> None:
    assert ada.get("/checkout/")["Location"] == "/cart/"
    answer = ada.post("/checkout/", {"checkout_id": str(uuid.uuid4()), "expected_total": "0.00"})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    assert not Checkout.objects.exists()


def test_pressing_twice_is_one_order(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    form = review(ada)
    first, second = (ada.post("/checkout/", form) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/checkout/{form['checkout_id']}/"
    assert len(orders_desk.orders) == 1
    assert Checkout.objects.count() == 1
    assert stock(cart[0]) == 4


def test_a_lost_answer_is_one_order(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    orders_desk.lose_answers = 1
    with time_machine.travel(NOW, tick=False) as clock:
        html = ada.post("/checkout/", review(ada), follow=True).content.decode()
        assert "We have your order and are sending it" in html
        clock.shift(timedelta(seconds=10))
        assert Relay().step() == 1
    assert len(orders_desk.orders) == 1
    assert Checkout.objects.get().order_id == 39


def test_a_changed_total_orders_nothing(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    form = review(ada)
    pricing.set_price(Game.objects.get(name="A"), Decimal("9.00"))
    answer = ada.post("/checkout/", form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "$31.75" in html
    assert fields(html)["checkout_id"] != form["checkout_id"]
    assert not Checkout.objects.exists()
    assert not orders_desk.orders
    assert [stock(one) for one in cart] == [5, 1, None]
    assert ada.post("/checkout/", fields(html)).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"checkout_id": "x", "expected_total": "32.75"},
        {"checkout_id": str(uuid.uuid4()), "expected_total": "32.75"},
        {"expected_total": "32.75"},
        {},
    ],
)
def test_a_number_that_the_shop_did_not_make_orders_nothing(
    cart: list[Game], ada: Client, form: dict[str, str], orders_desk: Desk
) -> None:
    answer = ada.post("/checkout/", form)
    assert answer.status_code == 409
    assert fields(answer.content.decode())
    assert not Checkout.objects.exists()


@pytest.mark.parametrize("total", ["", "abc", "NaN", "1e999", "32.76"])
def test_a_total_that_is_none_orders_nothing(cart: list[Game], ada: Client, total: str) -> None:
    assert ada.post("/checkout/", review(ada) | {"expected_total": total}).status_code == 409
    assert not Checkout.objects.exists()


def test_a_number_is_for_one_cart(cart: list[Game], ada: Client, bob: Client, other: Any) -> None:
    form = review(ada)
    bob.post(f"/cart/add/{cart[0].pk}/")
    assert bob.post("/checkout/", form | {"expected_total": "10.00"}).status_code == 409
    ada.post("/checkout/", form)
    assert bob.post("/checkout/", form | {"expected_total": "10.00"}).status_code == 404
    assert bob.get(f"/checkout/{form['checkout_id']}/").status_code == 404


def test_too_few_copies_are_named(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    form = review(ada)
    Game.objects.filter(name="B").update(stock=0)
    answer = ada.post("/checkout/", form)
    assert answer.status_code == 409
    assert "Sold out" in answer.content.decode()
    assert [stock(one) for one in cart] == [5, 0, None]
    assert quantities() == {"A": 1, "B": 1, "C": 1}
    assert not orders_desk.orders
    assert "Sold out. Please change" in ada.get("/cart/").content.decode()


def test_stock_that_goes_while_the_button_is_pressed_is_never_sold(
    cart: list[Game], ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = review(ada)
    real = checkouts._check

    def slow(*args: Any) -> None:
        real(*args)
        Game.objects.filter(name="B").update(stock=0)

    monkeypatch.setattr(checkouts, "_check", slow)
    assert ada.post("/checkout/", form).status_code == 409
    assert not Checkout.objects.exists()
    assert stock(cart[0]) == 5


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_gives_everything_back(cart: list[Game], ada: Client, orders_desk: Desk, status: int) -> None:
    orders_desk.fail_with = status
    html = ada.post("/checkout/", review(ada), follow=True).content.decode()
    assert "was not placed" in html
    assert f"told to answer {status}" in html
    assert [stock(one) for one in cart] == [5, 1, None]
    assert quantities() == {"A": 1, "B": 1, "C": 1}
    assert Checkout.objects.get().state == "refused"
    assert "Not placed" in ada.get("/my-orders/").content.decode()


def test_a_refusal_joins_what_was_added_meanwhile(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    orders_desk.fail_with = 503
    ada.post("/checkout/", review(ada))
    ada.post(f"/cart/add/{cart[0].pk}/", {"quantity": "2"})
    checkout = Checkout.objects.get()
    checkouts.settle(checkout.pk, orders.Answer(refusal="no"))
    checkouts.settle(checkout.pk, orders.Answer(refusal="no"))
    assert quantities() == {"A": 3, "B": 1, "C": 1}
    assert [stock(one) for one in cart] == [5, 1, None]


@pytest.mark.parametrize("status", [401, 403, 408, 409, 425, 429, 500, 502, 503])
def test_anything_else_waits_with_the_stock_kept(
    cart: list[Game], ada: Client, admin: Client, orders_desk: Desk, status: int
) -> None:
    orders_desk.fail_with = status
    html = ada.post("/checkout/", review(ada), follow=True).content.decode()
    assert "We have your order and are sending it" in html
    checkout = Checkout.objects.get()
    assert (checkout.state, checkout.attempts) == ("reserved", 1)
    assert [stock(one) for one in cart] == [4, 0, None]
    assert quantities() == {}
    assert ("does not accept the shop" in admin.get("/admin/").content.decode()) == (status in {401, 403})
    assert "On its way to us" in ada.get("/my-orders/").content.decode()


def test_retries_follow_the_schedule_and_hurry_when_orders_is_back(
    cart: list[Game], ada: Client, orders_desk: Desk
) -> None:
    orders_desk.fail_with = 503
    relay = Relay()
    with time_machine.travel(NOW, tick=False) as clock:
        ada.post("/checkout/", review(ada))
        waits = []
        for _ in range(6):
            due = Checkout.objects.get().next_attempt_at
            assert due is not None
            waits.append((due - datetime.now(UTC)).total_seconds())
            clock.move_to(due)
            assert relay.step() == 1
        for wait, usual in zip(waits, (1, 5, 30, 120, 600, 600), strict=True):
            assert usual * 0.79 < wait < usual * 1.21
        orders_desk.fail_with = 0
        assert relay.step() == 0
        clock.shift(timedelta(seconds=6))
        assert relay.step() == 1
    assert Checkout.objects.get().state == "placed"


def test_a_service_that_is_back_but_busy_is_asked_again_soon(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    """However long it was away: the waits begin anew."""
    relay = Relay()
    with time_machine.travel(NOW, tick=False) as clock:
        orders_desk.fail_with = 503
        ada.post("/checkout/", review(ada))
        for _ in range(6):
            clock.shift(timedelta(minutes=15))
            assert relay.step() == 1
        orders_desk.fail_with, orders_desk.refuse_orders_with = 0, 503
        clock.shift(timedelta(seconds=6))
        assert relay.step() == 1
        orders_desk.refuse_orders_with = 0
        clock.shift(timedelta(seconds=7))
        assert relay.step() == 1
    assert Checkout.objects.get().state == "placed"


def test_one_checkout_finds_out_for_all_that_nobody_answers(
    cart: list[Game], ada: Client, bob: Client, orders_desk: Desk
) -> None:
    relay = Relay()
    with time_machine.travel(NOW, tick=False) as clock:
        orders_desk.fail_with = 503
        ada.post("/checkout/", review(ada))
        bob.post(f"/cart/add/{cart[0].pk}/")
        bob.post("/checkout/", review(bob))
        clock.shift(timedelta(minutes=1))
        before = len(orders_posted(orders_desk))
        assert relay.step() == 1
        assert len(orders_posted(orders_desk)) == before + 1
        orders_desk.fail_with = 0
        clock.shift(timedelta(seconds=6))
        assert relay.step() == 2
    assert {one.state for one in Checkout.objects.all()} == {"placed"}


def orders_posted(orders_desk: Desk) -> list[str]:
    return [path for method, path, _ in orders_desk.seen if method == "POST"]


def test_a_killed_sender_leaves_the_checkout_to_the_relay(
    cart: list[Game], ada: Client, orders_desk: Desk, user: Any
) -> None:
    form = review(ada)
    with time_machine.travel(NOW, tick=False) as clock:
        checkout, is_new = checkouts.place(user, uuid.UUID(form["checkout_id"]), Decimal("32.75"))
        assert is_new
        assert Relay().step() == 0
        clock.shift(timedelta(seconds=11))
        assert checkouts.claim(checkout.pk) is not None
        assert checkouts.claim(checkout.pk) is None
        clock.shift(timedelta(seconds=31))
        assert Relay().step() == 1
    assert Checkout.objects.get().order_id == 39


def test_the_status_page_polls_while_it_waits(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    orders_desk.fail_with = 503
    path = ada.post("/checkout/", review(ada))["Location"]
    html = ada.get(path).content.decode()
    assert 'hx-trigger="every 2s"' in html
    assert f'href="{path}">Look again' in html
    assert "http-equiv" not in html
    fragment = ada.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    orders_desk.fail_with = 0
    checkouts.retry(Checkout.objects.get())
    assert 'hx-trigger="every 2s"' not in ada.get(path).content.decode()


def test_an_abort_gives_back_only_after_the_void(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    orders_desk.fail_with = 503
    ada.post("/checkout/", review(ada))
    with pytest.raises(UpstreamError):
        checkouts.abort(Checkout.objects.get())
    assert stock(cart[0]) == 4
    orders_desk.fail_with = 0
    after = checkouts.abort(Checkout.objects.get())
    assert after.state == "aborted"
    assert [stock(one) for one in cart] == [5, 1, None]
    assert quantities() == {"A": 1, "B": 1, "C": 1}
    assert orders.send(after).trouble


def test_an_abort_of_what_is_an_order_already_places_it(cart: list[Game], ada: Client, orders_desk: Desk) -> None:
    orders_desk.lose_answers = 1
    ada.post("/checkout/", review(ada))
    assert Checkout.objects.get().state == "reserved"
    after = checkouts.abort(Checkout.objects.get())
    assert (after.state, after.order_id) == ("placed", 39)
    assert stock(cart[0]) == 4


def test_prices_come_from_the_server(game: Callable[..., Game], ada: Client, orders_desk: Desk) -> None:
    ada.post(f"/cart/add/{game(price='10').pk}/", {"price": "0.01", "price_per_unit": "0.01"})
    form = review(ada) | {"price": "0.01", "total": "0.01"}
    assert ada.post("/checkout/", form).status_code == 303
    assert orders_desk.orders[0]["total"] == "10.00"


def test_a_price_that_rose_after_the_hold_is_marked_at_checkout(game: Callable[..., Game], ada: Client) -> None:
    one = game(price="10")
    with time_machine.travel(NOW, tick=False) as clock:
        ada.post(f"/cart/add/{one.pk}/")
        pricing.set_price(Game.objects.get(pk=one.pk), Decimal(12))
        form = review(ada)
        assert form["expected_total"] == "10.00"
        clock.shift(timedelta(days=8))
        answer = ada.post("/checkout/", form)
        assert answer.status_code == 409
        assert "New price, it was $10.00" in answer.content.decode()


def test_checkout_takes_few_questions(
    cart: list[Game], ada: Client, orders_desk: Desk, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        ada.get("/cart/")
    ada.post("/checkout/", review(ada))
    with django_assert_max_num_queries(5):
        ada.get("/my-orders/")


def test_lines_of_a_deleted_user_go_nowhere(cart: list[Game], ada: Client, orders_desk: Desk, user: Any) -> None:
    orders_desk.fail_with = 503
    ada.post("/checkout/", review(ada))
    user.delete()
    checkouts.settle(Checkout.objects.get().pk, orders.Answer(refusal="no"))
    assert stock(cart[0]) == 5
    assert not CartLine.objects.exists()
