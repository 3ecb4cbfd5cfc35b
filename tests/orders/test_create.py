"""Making orders: totals, refusals, idempotency."""

import json
from typing import Any

import pytest

from blueprints.orders.models import Change, Customer, Line, Order
from blueprints.web.idempotency.models import Claim
from blueprints.web.outbox.models import Event
from tests.orders.conftest import BODY, Caller, body


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (Order, Line, Customer, Change, Event, Claim))


@pytest.mark.parametrize("total", [None, 26.50, "26.5", "26.50"])
def test_an_order_is_answered_with_every_key(api: Caller, total: Any) -> None:
    answer = api.order(body(total=total))
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"/api/v1/orders/{made['id']}"
    assert answer["ETag"] == f'"{made["id"]}-1"'
    created = made.pop("created_at")
    assert made.pop("last_updated") == created
    assert created.endswith("Z")
    assert made == {
        "id": made["id"],
        "status": "received",
        "status_code": 1,
        "status_label": "Received",
        "total": "26.50",
        "currency": "USD",
        "item_count": 4,
        "order_customer": {"customer_id": 7, "name": "Ada Byte", "email": "ada@example.org", "locale": None},
        "items": [
            {
                "product_id": 11,
                "name": "Astro Racer",
                "quantity": 1,
                "price_per_unit": "10.00",
                "line_total": "10.00",
            },
            {
                "product_id": 12,
                "name": "Maze Hunter",
                "quantity": 3,
                "price_per_unit": "5.50",
                "line_total": "16.50",
            },
        ],
        "tracking": None,
        "reference": None,
        "client": "store",
        "version": 1,
        "next_statuses": ["processing", "cancelled"],
    }
    assert api.get(f"/api/v1/orders/{made['id']}").json()["created_at"] == created


def test_a_total_that_is_not_the_sum_is_refused(api: Caller) -> None:
    answer = api.order(body(total="26.51"))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert (found["code"], found["stated"], found["actual"]) == ("total-mismatch", "26.51", "26.50")
    assert "26.51" in found["detail"]
    assert nothing_stored()


LINE = BODY["items"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": []},
        {"items": [LINE] * 101},
        {"items": [{**LINE, "quantity": 0}]},
        {"items": [{**LINE, "quantity": -1}]},
        {"items": [{**LINE, "quantity": 1000}]},
        {"items": [{**LINE, "quantity": "1"}]},
        {"items": [{**LINE, "quantity": True}]},
        {"items": [{**LINE, "price_per_unit": "1.005"}]},
        {"items": [{**LINE, "price_per_unit": 1.005}]},
        {"items": [{**LINE, "price_per_unit": -1}]},
        {"items": [{**LINE, "price_per_unit": "10000000.00"}]},
        {"items": [{**LINE, "price_per_unit": "Infinity"}]},
        {"items": [{**LINE, "price_per_unit": "9999999.99", "quantity": 2}]},
        {"items": [{**LINE, "name": " "}]},
        {"items": [{**LINE, "name": "a\nb"}]},
        {"items": [{**LINE, "product_id": 0}]},
        {"items": [{"product_id": 1}]},
        {"order_customer": None},
        {"order_customer": {"customer_id": 0, "name": "A", "email": "a@example.org"}},
        {"order_customer": {"customer_id": 1, "name": "", "email": "a@example.org"}},
        {"order_customer": {"customer_id": 1, "name": "A", "email": "nobody"}},
        {"order_customer": {"customer_id": 1, "name": "A\r\nBcc: x", "email": "a@example.org"}},
        {"currency": "usd"},
        {"reference": "x" * 65},
        {"total": "abc"},
    ],
)
def test_wrong_orders_are_refused_with_a_place(api: Caller, wrong: dict[str, Any]) -> None:
    answer = api.order({**BODY, **wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"][0] == "body"
    assert nothing_stored()
    older = api.post("/api/order/add/", {**BODY, **wrong})
    assert older.status_code == 400
    assert nothing_stored()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"order_customer": {"customer_id": 1, "name": "A", "email": "nobody"}}, "this is no e-mail address"),
        ({"order_customer": {"customer_id": 1, "name": " ", "email": "a@example.org"}}, "this is blank"),
        ({"currency": "usd"}, "a currency is written like USD"),
    ],
)
def test_what_is_wrong_is_said_in_words(api: Caller, wrong: dict[str, Any], message: str) -> None:
    found = api.order({**BODY, **wrong}).json()
    assert found["errors"][0]["msg"].startswith(message)
    assert "pattern" not in found["detail"]


@pytest.mark.parametrize("content", ["", "{", "[1,", b"\xff\xfe", '"\ud800"'.encode("utf-8", "surrogatepass")])
def test_a_body_that_is_not_json_is_refused(api: Caller, content: str | bytes) -> None:
    answer = api.order(content or " ")
    assert answer.status_code == 400
    assert answer.json()["code"] == "not-json"


def test_a_body_beyond_64_kb_is_refused(api: Caller) -> None:
    answer = api.order(body(reference="x" * 66_000))
    assert answer.status_code == 413
    assert nothing_stored()


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ü"])
def test_a_wrong_key_is_refused(api: Caller, key: str) -> None:
    answer = api.post("/api/v1/orders", BODY, idempotency_key=key)
    assert answer.status_code == 400
    assert answer.json()["code"] == "key-invalid"


def test_a_key_is_needed(api: Caller) -> None:
    answer = api.post("/api/v1/orders", BODY)
    assert (answer.status_code, answer.json()["code"]) == (400, "key-missing")
    assert nothing_stored()


def test_the_same_key_gives_the_first_answer_again(api: Caller) -> None:
    first = api.order(key="k")
    api.post(f"/api/v1/orders/{first.json()['id']}/next")
    customer = '"order_customer": {"email": "ada@example.org", "name": "Ada Byte", "customer_id": 7}'
    racer = '{"price_per_unit": 10, "quantity": 1, "name": "Astro Racer", "product_id": 11}'
    hunter = '{"product_id": 12,   "name": "Maze Hunter", "quantity": 3, "price_per_unit": 5.50}'
    spelled_otherwise = f'{{"total": 26.5, "extra": 1, "items": [{racer}, {hunter}], {customer}}}'
    assert api.order({**BODY, "total": 26.5}, key="other").status_code == 201
    again = api.order(key="k")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert api.order(spelled_otherwise, key="other")["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 2


def test_the_same_key_for_another_order_is_refused(api: Caller) -> None:
    first = api.order(key="k").json()
    answer = api.order(body(customer_id=8), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    assert [order.pk for order in Order.objects.all()] == [first["id"]]


def test_a_refused_request_leaves_no_key_behind(api: Caller) -> None:
    assert api.order(body(total="1.00"), key="k").status_code == 422
    assert api.order(key="k").status_code == 201


def test_rotation_of_api_keys_keeps_the_idempotency_namespace(api: Caller, new_key: Any) -> None:
    first = api.order(key="k").json()["id"]
    same_client = Caller(new_key("orders:create"))
    other_client = Caller(new_key("orders:create", client="other"))
    assert same_client.order(key="k").json()["id"] == first
    assert other_client.order(key="k").json()["id"] != first


def test_a_voided_key_makes_nothing(api: Caller) -> None:
    assert api.send("PUT", "/api/v1/orders/by-key/k%2F1/void").json() == {"voided": True}
    assert api.send("PUT", "/api/v1/orders/by-key/k%2F1/void").json() == {"voided": True}
    answer = api.order(key="k/1")
    assert (answer.status_code, answer.json()["code"]) == (409, "key-voided")
    assert not Order.objects.exists()


def test_a_key_that_made_an_order_cannot_be_voided(api: Caller) -> None:
    made = api.order(key="k").json()["id"]
    answer = api.send("PUT", "/api/v1/orders/by-key/k/void")
    assert (answer.status_code, answer.json()["order_id"]) == (409, made)


def test_one_customer_row_follows_the_latest_name_while_orders_keep_theirs(api: Caller) -> None:
    first = api.made()
    renamed = {"customer_id": 7, "name": "Ada Lovelace", "email": "ada@example.com", "locale": "de"}
    api.made({**BODY, "order_customer": renamed})
    customer = Customer.objects.get()
    assert (customer.name, customer.email, customer.locale) == ("Ada Lovelace", "ada@example.com", "de")
    assert api.get(f"/api/v1/orders/{first}").json()["order_customer"]["name"] == "Ada Byte"


def test_one_event_tells_of_a_new_order(api: Caller) -> None:
    made = api.order()
    event = Event.objects.get()
    assert event.type == "order.received"
    assert event.key == f"order:{made.json()['id']}"
    sent = json.loads(event.body)
    assert sent["data"]["order"] == made.json()
    assert sent["data"]["change"] == {
        "from": None, "to": 1, "actor": "store", "via": "api", "reason": None, "passed_through": False
    }  # fmt: skip
