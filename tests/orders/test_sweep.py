"""What happens by itself: orders that stay received too long, keys that nobody needs any more."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from blueprints import clock
from blueprints.orders import change, sweep
from blueprints.orders.models import Order
from blueprints.web.idempotency.models import Claim
from blueprints.web.outbox.models import Event
from tests.orders.conftest import Caller

HOUR = timedelta(hours=1)


def aged(order: int, by: timedelta) -> None:
    Order.objects.filter(pk=order).update(created_at=clock.now() - by)


def test_an_order_that_stays_received_too_long_is_cancelled(api: Caller) -> None:
    old, new, moved = api.made(), api.made(), api.made()
    aged(old, 2 * HOUR)
    aged(moved, 2 * HOUR)
    api.post(f"/api/v1/orders/{moved}/next")
    assert sweep.cancel_stale(HOUR) == 1
    found = [api.get(f"/api/v1/orders/{one}").json()["status"] for one in (old, new, moved)]
    assert found == ["cancelled", "received", "processing"]
    last = api.get(f"/api/v1/orders/{old}/history").json()["items"][-1]
    assert (last["actor"], last["via"], last["reason"]) == ("orders", "system", "received for too long")
    types = Event.objects.filter(key=f"order:{old}").order_by("id").values_list("type", flat=True)
    assert list(types) == ["order.received", "order.status_changed", "order.cancelled"]
    assert sweep.cancel_stale(HOUR) == 0


def test_nothing_is_cancelled_unless_asked_for(api: Caller) -> None:
    aged(api.made(), timedelta(days=1000))
    assert sweep.cancel_stale(None) == 0
    assert Order.objects.get().status == 1


def test_an_order_is_left_where_the_table_forbids_cancelling(
    orders: Callable[..., Any], new_key: Callable[..., str]
) -> None:
    orders(transitions={"received": ["processing"]})
    caller = Caller(new_key("orders:create"))
    aged(caller.made(), 2 * HOUR)
    assert sweep.cancel_stale(HOUR) == 0
    assert Order.objects.get().status == 1


def test_an_order_that_somebody_moves_meanwhile_is_left(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    order = api.made()
    aged(order, 2 * HOUR)
    seen: Callable[[int], Order] = change.locked

    def moved_first(order_id: int) -> Order:
        Order.objects.filter(pk=order_id).update(status=2)
        return seen(order_id)

    monkeypatch.setattr(change, "locked", moved_first)
    assert sweep.cancel_stale(HOUR) == 0
    assert Order.objects.get().status == 2


def test_keys_of_changes_are_forgotten_keys_of_orders_never(api: Caller) -> None:
    order = api.made()
    api.post(f"/api/v1/orders/{order}/next", idempotency_key="move")
    assert sweep.forget_change_keys() == 0
    Claim.objects.update(created_at=clock.now() - timedelta(days=31))
    assert sweep.forget_change_keys() == 1
    assert list(Claim.objects.values_list("key", flat=True)) == ["key-1"]


def test_the_sweep_goes_on_after_the_database_was_away(
    orders: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    orders()
    stop, calls = threading.Event(), []

    def cancel(_after: object) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise DatabaseError("away")
        stop.set()
        return 0

    monkeypatch.setattr(sweep, "cancel_stale", cancel)
    monkeypatch.setattr(sweep, "EVERY_S", 0.0)
    monkeypatch.setattr(connection, "close", lambda: None)
    sweep.run(stop)
    assert len(calls) == 2
    assert "the sweep has to wait" in caplog.text
