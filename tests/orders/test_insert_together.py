"""Orders of several requests that are stored in one transaction on SQLite."""

import json
from typing import Any

import pytest

from blueprints.orders import insert_together
from blueprints.orders.bodies import OrderIn
from blueprints.orders.draft import Claiming, Draft
from blueprints.orders.insert_together import Wanted
from blueprints.orders.models import Change, Customer, Line, Order
from blueprints.web.database import stored
from blueprints.web.idempotency.models import Claim
from blueprints.web.keys import issue
from blueprints.web.keys.access import Caller
from blueprints.web.outbox.models import Delivery, Event, Subscriber
from tests.orders.conftest import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def store_client(service: Any) -> Caller:
    service("orders")
    key, _ = issue.create("store", ["orders:create"])
    return Caller("store", key.client_id, key.pk, frozenset(key.scopes))


def wanted(caller: Caller, key: str = "", **changes: Any) -> Wanted:
    draft = Draft(OrderIn.model_validate_json(json.dumps(body(**changes))), caller, "api")
    claim = Claiming("space", key, "digest") if key else None
    return Wanted(draft, claim, stored(draft.now))


def test_each_order_of_a_group_has_its_own_rows(store_client: Caller) -> None:
    Subscriber.objects.create(name="all", url="http://127.0.0.1/", secret="", patterns=" * ")
    Subscriber.objects.create(name="other", url="http://127.0.0.1/", secret="", patterns=" mail.* ")
    numbers = insert_together._store([wanted(store_client, f"k{one}", customer_id=one) for one in (1, 2, 3)])
    assert numbers == [order.pk for order in Order.objects.order_by("customer_number")]
    for place, number in enumerate(numbers, 1):
        assert number
        order = Order.objects.get(pk=number)
        assert (order.customer.customer_id, order.customer_number) == (place, place)
        assert [line.name for line in Line.objects.filter(order=number).order_by("id")] == [
            "Astro Racer",
            "Maze Hunter",
        ]
        assert Change.objects.get(order=number).to_status == 1
        event = Event.objects.get(key=f"order:{number}")
        assert json.loads(event.body)["data"]["order"]["id"] == number
        assert [one.subscriber.name for one in Delivery.objects.filter(event=event)] == ["all"]
        assert Claim.objects.get(key=f"k{place}").subject == str(number)


def test_a_key_counts_once_in_a_group_and_beside_it(store_client: Caller) -> None:
    first = insert_together._store([wanted(store_client, "k")])
    again = insert_together._store(
        [wanted(store_client, "k"), wanted(store_client, "n"), wanted(store_client, "n"), wanted(store_client)]
    )
    assert [number is None for number in first + again] == [False, True, False, True, False]
    assert Order.objects.count() == Event.objects.count() == 3
    assert insert_together._store([wanted(store_client, "k"), wanted(store_client, "n")]) == [None, None]


def test_one_customer_of_a_group_has_one_row_with_the_latest_name(store_client: Caller) -> None:
    orders = [wanted(store_client), wanted(store_client, order_customer={**body()["order_customer"], "name": "Ada L."})]
    numbers = insert_together._store(orders)
    assert Customer.objects.get().name == "Ada L."
    assert [Order.objects.get(pk=one or 0).customer_name for one in numbers] == ["Ada Byte", "Ada L."]


def test_numbers_are_never_used_again(store_client: Caller) -> None:
    [first] = insert_together._store([wanted(store_client)])
    for model in (Line, Change, Order):
        model.objects.all().delete()
    [second] = insert_together._store([wanted(store_client)])
    assert first
    assert second == first + 1


def test_as_many_and_as_long_orders_as_there_are_threads(store_client: Caller) -> None:
    line = body()["items"][0]
    numbers = insert_together._store([wanted(store_client, f"k{one}", items=[line] * 100) for one in range(16)])
    assert Line.objects.count() == 1600
    assert len(set(numbers)) == 16
