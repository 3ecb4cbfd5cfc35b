"""Finding orders: filters, sorting, pages, dates, and the older lists."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from blueprints.orders.models import Order
from tests.orders.conftest import Caller, body
from tests.orders.test_change import walk

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def three(api: Caller) -> list[int]:
    """Customer 1 has orders received and completed, customer 2 has one received; each a minute after the other."""
    made = []
    for number, customer in enumerate((1, 1, 2)):
        with time_machine.travel(START + timedelta(minutes=number), tick=False):
            made.append(api.made(body(customer_id=customer)))
    walk(api, made[1], "completed")
    return made


def ids(answer: Any) -> list[int]:
    found = answer.json()
    return [one["id"] for one in (found if isinstance(found, list) else found["items"])]


def test_the_older_lists(api: Caller, three: list[int]) -> None:
    one, two, three_ = three
    assert ids(api.get("/api/customer/1/orders/get/")) == [one, two]
    assert ids(api.get("/api/customer/1/orders/incomplete/get")) == [one]
    assert ids(api.get("/api/customer/1/orders/complete/get/")) == [two]
    assert ids(api.get("/api/order/status/1/get/")) == [three_, one]
    assert api.get("/api/customer/99/orders/get/").json() == []
    assert api.get(f"/api/customer/{10**30}/orders/get/").json() == []
    for code in ("7", "0", "x", "received"):
        assert api.get(f"/api/order/status/{code}/get/").status_code == 400
    assert api.get("/api/customer/1/orders/complete/get/").json() == [
        {
            "id": two,
            "status": "Completed",
            "created_at": "2026-11-22T12:01:00.000000Z",
            "total": "26.50",
            "order_customer": {"customer_id": 1, "email": "ada@example.org", "name": "Ada Byte"},
            "items": [
                {"name": "Astro Racer", "price_per_unit": "10.00", "product_id": 11, "quantity": 1},
                {"name": "Maze Hunter", "price_per_unit": "5.50", "product_id": 12, "quantity": 3},
            ],
        }
    ]


def test_a_customer_is_found_by_the_shops_id_not_by_a_row(api: Caller) -> None:
    api.made(body(customer_id=3))
    order = api.made(body(customer_id=14))
    assert ids(api.get("/api/customer/14/orders/get/")) == [order]
    assert ids(api.get("/api/v1/orders?customer_id=14")) == [order]
    assert ids(api.get("/api/v1/orders?customer_id=2")) == []


def test_cancelled_orders_are_incomplete(api: Caller, three: list[int]) -> None:
    api.post(f"/api/v1/orders/{three[0]}/cancel")
    assert ids(api.get("/api/customer/1/orders/incomplete/get/")) == [three[0]]
    assert ids(api.get("/api/v1/orders?group=open")) == [three[2]]
    assert ids(api.get("/api/v1/orders?group=incomplete")) == [three[2], three[0]]
    assert ids(api.get("/api/v1/orders?group=completed")) == [three[1]]


def test_periods_include_both_ends(api: Caller, three: list[int]) -> None:
    assert ids(api.get("/api/order/period/get/?start=2026-11-21&end=2026-11-23")) == three[::-1]
    assert ids(api.get("/api/order/period/get/?start=2026-11-25&end=2026-12-22")) == []
    for query in ("", "?start=2026-11-21", "?end=2026-11-21", "?start=x&end=2026-11-21"):
        assert api.get(f"/api/order/period/get/{query}").status_code == 400
    moment = api.get(f"/api/v1/orders/{three[0]}").json()["created_at"]
    assert ids(api.get(f"/api/v1/orders?created_from={moment}&created_to={moment}")) == [three[0]]
    plus = moment.replace("Z", "+00:00")
    assert ids(api.get(f"/api/v1/orders?created_from={plus}&created_to={plus}")) == [three[0]]
    assert ids(api.get("/api/v1/orders?updated_from=2026-11-22")) != []


def test_a_plain_date_is_a_day_in_the_configured_zone(api: Caller, orders: Callable[..., Any]) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)):
        order = api.made()
    assert ids(api.get("/api/v1/orders?created_from=2026-11-22&created_to=2026-11-22")) == [order]
    orders(time_zone="America/New_York")
    assert ids(api.get("/api/v1/orders?created_from=2026-11-22&created_to=2026-11-22")) == []
    assert ids(api.get("/api/v1/orders?created_from=2026-11-21&created_to=2026-11-21")) == [order]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "sort=name", "group=none", "status=7", "status=", "created_from=yesterday",
        "created_to=2026-11-22T10:00:00", "cursor=abc", "cursor=W10", "cursor=WzEsMl0", "cursor=WyJ4IiwieCJd",
        "customer_id=x", f"customer_id={10**30}", "count=perhaps", "cursor=WyIyMDI2LTExLTIyIiwxXQ",
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(api: Caller, query: str) -> None:
    answer = api.get(f"/api/v1/orders?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"]


@pytest.mark.parametrize(
    "moment", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_the_ends_of_time_are_no_error(api: Caller, moment: str) -> None:
    assert api.get(f"/api/v1/orders?created_from={moment.replace('+', '%2B')}").status_code == 200


def test_text_finds_id_name_mail_and_reference(api: Caller) -> None:
    plain = api.made()
    customer = {"customer_id": 8, "name": "Grace Hopper", "email": "grace@navy.example"}
    other = api.made({**body(), "order_customer": customer, "reference": "PO-77_%"})
    for text, expected in (
        ("hopper", [other]), ("NAVY.ex", [other]), ("po-77", [other]), ("_%25", [other]), (str(plain), [plain]),
        ("nothing", []), ("9" * 30, []), ("%C2%B2", []),
    ):  # fmt: skip
        assert ids(api.get(f"/api/v1/orders?q={text}")) == expected
    assert ids(api.get("/api/v1/orders?reference=PO-77_%25")) == [other]
    assert ids(api.get("/api/v1/orders?idempotency_key=key-1")) == [plain]
    assert ids(api.get("/api/v1/orders?idempotency_key=unknown")) == []


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "status", "-total", "total"])
def test_pages_cover_everything_once_in_order(api: Caller, sort: str) -> None:
    for number in range(7):
        with time_machine.travel(START + timedelta(minutes=number // 2), tick=False):
            line = {"product_id": 1, "name": "X", "quantity": 1 + number % 3, "price_per_unit": "0.10"}
            order = api.made(body(items=[line]))
        if number % 2:
            walk(api, order, "processing")
    whole = ids(api.get(f"/api/v1/orders?sort={sort}"))
    assert len(whole) == len(set(whole)) == 7
    seen: list[int] = []
    cursor = ""
    while True:
        page = api.get(f"/api/v1/orders?sort={sort}&limit=2&count=true{cursor}").json()
        seen += [one["id"] for one in page["items"]]
        assert page["count"] == 7
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == whole
    rows = {order.pk: order for order in Order.objects.all()}
    keys: dict[str, Callable[[Order], Any]] = {
        "-created_at": lambda one: (-one.created_at.timestamp(), -one.pk),
        "created_at": lambda one: (one.created_at, one.pk),
        "status": lambda one: (one.status, -one.created_at.timestamp(), -one.pk),
        "-total": lambda one: (-one.total, -one.pk),
        "total": lambda one: (one.total, one.pk),
    }
    assert whole == sorted(rows, key=lambda pk: keys[sort](rows[pk]))


def test_statuses_may_be_named_several_times(api: Caller, three: list[int]) -> None:
    assert ids(api.get("/api/v1/orders?status=received&status=5")) == three[::-1]
    assert ids(api.get("/api/v1/orders?status=completed")) == [three[1]]


def test_the_number_of_queries_does_not_grow(api: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        api.made(body(customer_id=1 + number))
    for path in ("/api/v1/orders?limit=3", "/api/v1/orders?limit=12&count=true", "/api/order/status/1/get/"):
        with django_assert_max_num_queries(5):
            assert api.get(path).status_code == 200
    with django_assert_max_num_queries(5):
        api.get(f"/api/v1/orders/{Order.objects.all()[0].pk}")


def test_older_lists_end_at_a_thousand_and_link_to_the_rest(
    api: Caller, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from blueprints.orders.api import older

    monkeypatch.setattr(older, "MOST", 2)
    first = api.get("/api/order/period/get/?start=2026-11-21&end=2026-11-23")
    assert ids(first) == [three[2], three[1]]
    target, _, relation = first["Link"].partition("; ")
    assert relation == 'rel="next"'
    rest = api.get(target.strip("<>"))
    assert ids(rest) == [three[0]]
    assert not rest.has_header("Link")
