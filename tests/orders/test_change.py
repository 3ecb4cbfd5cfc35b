"""Advancing, cancelling and tracking orders, by the clean API and by the older paths."""

from typing import Any

import pytest

from blueprints.orders.models import Change, Frozen, Order
from blueprints.web.outbox.models import Event
from tests.orders.conftest import BODY, Caller


def status(api: Caller, order_id: int) -> str:
    return str(api.get(f"/api/v1/orders/{order_id}").json()["status"])


def walk(api: Caller, order_id: int, target: str) -> None:
    """Bring an order to a status by the clean API."""
    answer = api.post(f"/api/v1/orders/{order_id}/status", {"status": target, "through": True})
    assert answer.status_code == 200, answer.content


def history(api: Caller, order_id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"/api/v1/orders/{order_id}/history").json()["items"]
    return rows


def event_types(order_id: int) -> list[str]:
    return list(Event.objects.filter(key=f"order:{order_id}").order_by("id").values_list("type", flat=True))


def test_next_takes_one_step_after_the_other_until_the_end(api: Caller) -> None:
    order = api.made()
    seen = [api.post(f"/api/v1/orders/{order}/next").json()["status"] for _ in range(4)]
    assert seen == ["processing", "payment_complete", "shipping", "completed"]
    refused = api.post(f"/api/v1/orders/{order}/next")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")
    assert "already completed" in refused.json()["detail"]
    assert api.post(f"/api/order/{order}/status/next/").status_code == 400
    assert event_types(order) == [
        "order.received", *["order.status_changed"] * 3, "order.shipped", "order.status_changed", "order.completed"
    ]  # fmt: skip


def test_a_cancelled_order_stays_cancelled(api: Caller) -> None:
    order = api.made()
    cancelled = api.post(f"/api/v1/orders/{order}/cancel", {"reason": "ordered twice"})
    assert cancelled.json()["status"] == "cancelled"
    assert cancelled.json()["next_statuses"] == []
    for path in ("next", "cancel"):
        answer = api.post(f"/api/v1/orders/{order}/{path}")
        assert answer.status_code == 409
        assert "already cancelled" in answer.json()["detail"]
    for code in range(8):
        assert api.post(f"/api/order/{order}/status/{code}/set/").status_code == 400
    assert Order.objects.get().status == 6
    assert history(api, order)[-1]["reason"] == "ordered twice"
    assert event_types(order)[1:] == ["order.status_changed", "order.cancelled"]


def test_through_walks_every_step_in_one_transaction(api: Caller) -> None:
    order = api.made()
    assert api.post(f"/api/v1/orders/{order}/status", {"status": "shipping"}).status_code == 409
    assert len(history(api, order)) == 1
    tracking = {"carrier": "DHL", "number": "123", "url": "https://dhl.example/123"}
    answer = api.post(
        f"/api/v1/orders/{order}/status", {"status": 4, "through": True, "reason": "rush", "tracking": tracking}
    )
    assert answer.json()["tracking"] == tracking
    rows = history(api, order)
    assert [(row["from"], row["to"], row["passed_through"]) for row in rows] == [
        (None, 1, False), (1, 2, True), (2, 3, True), (3, 4, False)
    ]  # fmt: skip
    assert rows[-1]["to_label"] == "Shipping"
    assert {row["request_id"] for row in rows[1:]} == {answer["X-Request-ID"]}
    assert event_types(order).count("order.shipped") == 1
    assert api.post(f"/api/v1/orders/{order}/status", {"status": 2}).status_code == 409


def test_the_older_path_walks_through_by_itself(api: Caller) -> None:
    order = api.made()
    assert api.post(f"/api/order/{order}/status/4/set/").status_code == 204
    assert [row["via"] for row in history(api, order)] == ["api", "legacy", "legacy", "legacy"]
    assert event_types(order).count("order.shipped") == 1
    assert api.post(f"/api/order/{order}/status/2/set").status_code == 400


@pytest.mark.parametrize("wrong", ["lost", 7, 0, "", None, True, [], {}])
def test_an_unknown_status_is_refused(api: Caller, wrong: Any) -> None:
    order = api.made()
    answer = api.post(f"/api/v1/orders/{order}/status", {"status": wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert len(history(api, order)) == 1


def test_the_table_can_be_opened_by_configuration(api: Caller, orders: Any) -> None:
    orders(transitions={"processing": ["payment_complete", "cancelled", "received"]})
    order = api.made()
    walk(api, order, "processing")
    assert api.get(f"/api/v1/orders/{order}").json()["next_statuses"] == ["payment_complete", "cancelled", "received"]
    assert api.post(f"/api/v1/orders/{order}/status", {"status": "received"}).status_code == 200
    walk(api, order, "processing")
    assert api.post(f"/api/v1/orders/{order}/cancel").status_code == 200
    shown = api.get("/api/v1/statuses").json()["items"]
    assert shown[1]["next"] == ["payment_complete", "cancelled", "received"]
    assert shown[5] == {"code": 6, "status": "cancelled", "label": "Cancelled", "final": True, "next": []}


def test_entity_tags_guard_changes(api: Caller) -> None:
    order = api.made()
    tag = f'"{order}-1"'
    assert api.get(f"/api/v1/orders/{order}", if_none_match=tag).status_code == 304
    assert api.post(f"/api/v1/orders/{order}/next", if_match=tag)["ETag"] == f'"{order}-2"'
    stale = api.post(f"/api/v1/orders/{order}/next", if_match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
    assert api.get(f"/api/v1/orders/{order}", if_none_match=f'W/"{order}-2", "x"').status_code == 304
    assert api.get(f"/api/v1/orders/{order}", if_none_match=tag).status_code == 200
    assert api.post(f"/api/v1/orders/{order}/next", if_match="*").status_code == 200


def test_a_repeated_change_takes_one_step(api: Caller) -> None:
    order = api.made()
    first = api.post(f"/api/v1/orders/{order}/next", idempotency_key="n", if_match=f'"{order}-1"')
    again = api.post(f"/api/v1/orders/{order}/next", idempotency_key="n", if_match=f'"{order}-1"')
    assert again.json() == first.json()
    assert (again["Idempotency-Replayed"], again["ETag"]) == ("true", first["ETag"])
    assert status(api, order) == "processing"
    other = api.post(f"/api/v1/orders/{order}/cancel", idempotency_key="n")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


def test_a_refused_change_leaves_no_key_behind(api: Caller) -> None:
    order = api.made()
    refused = api.post(f"/api/v1/orders/{order}/status", {"status": "completed"}, idempotency_key="n")
    assert refused.status_code == 409
    assert api.post(f"/api/v1/orders/{order}/next", idempotency_key="n").status_code == 200


def test_tracking_can_be_corrected_once_on_the_way(api: Caller) -> None:
    order = api.made()
    path = f"/api/v1/orders/{order}/tracking"
    assert api.send("PATCH", path, {"carrier": "DHL"}).status_code == 409
    assert api.post(f"/api/v1/orders/{order}/next", {"tracking": {"carrier": "DHL"}}).status_code == 409
    walk(api, order, "shipping")
    before = event_types(order)
    assert api.send("PATCH", path, {"carrier": "DHL", "number": "1"}).json()["tracking"]["number"] == "1"
    corrected = api.send("PATCH", path, {"number": "2", "url": "https://dhl.example/2"})
    assert corrected.json()["tracking"] == {"carrier": "DHL", "number": "2", "url": "https://dhl.example/2"}
    assert corrected.json()["version"] == 6
    cleared = api.send("PATCH", path, {"carrier": None, "number": "", "url": None})
    assert cleared.json()["tracking"] is None
    assert api.send("PATCH", path, {"url": "http://dhl.example"}).status_code == 422
    assert event_types(order) == before


@pytest.mark.parametrize("order_id", [999, 0, -1, 2**63, 10**30])
def test_unknown_orders_are_not_found(api: Caller, order_id: int) -> None:
    for method, path in (("GET", ""), ("GET", "/history"), ("GET", "/events"), ("POST", "/next"), ("POST", "/cancel")):
        assert api.send(method, f"/api/v1/orders/{order_id}{path}").status_code == 404
    if order_id > 0:
        assert api.post(f"/api/order/{order_id}/cancel").status_code == 404
        assert api.post(f"/api/order/{order_id}/status/2/set/").status_code == 404


def test_other_methods_name_the_allowed_ones(api: Caller) -> None:
    order = api.made()
    for path in (f"/api/order/{order}/cancel/", f"/api/order/{order}/status/next/", f"/api/v1/orders/{order}/next"):
        answer = api.get(path)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert answer.json()["code"] == "method-not-allowed"
    assert status(api, order) == "received"


def test_history_cannot_be_edited(api: Caller) -> None:
    api.made()
    row = Change.objects.get()
    row.reason = "forged"
    with pytest.raises(Frozen):
        row.save()


def test_the_older_path_makes_orders(api: Caller) -> None:
    customer = {"customer_id": 1, "name": "A", "email": "a@example.org"}
    lines = [
        {"product_id": 1, "name": "X", "quantity": 2, "price_per_unit": 10},
        {"product_id": 2, "name": "Y", "quantity": 2, "price_per_unit": 12},
    ]
    refused = api.post("/api/order/add/", {"order_customer": customer, "items": lines, "total": 190.00})
    assert (refused.status_code, refused.json()["code"]) == (400, "total-mismatch")
    assert not Order.objects.exists()
    made = api.post("/api/order/add", {"order_customer": customer, "items": lines, "total": 44})
    assert made.status_code == 201
    order = Order.objects.get()
    assert made.json() == {"order_id": order.pk}
    assert order.lines.count() == 2
    first = api.post("/api/order/add/", BODY, idempotency_key="k").json()
    assert api.post("/api/order/add/", BODY, idempotency_key="k").json() == first
