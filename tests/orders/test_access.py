"""Who may do what: every operation with every kind of key, asserting that nothing is returned and nothing changes."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client as Browser

from blueprints import clock
from blueprints.orders import scopes
from blueprints.web.accounts.models import User
from blueprints.web.keys.models import Key
from blueprints.web.outbox.models import Subscriber
from tests.orders.conftest import BODY, Caller

Operation = tuple[str, str, Any]

OPERATIONS: dict[str, list[Operation]] = {
    scopes.CREATE: [
        ("POST", "/api/v1/orders", BODY),
        ("PUT", "/api/v1/orders/by-key/some/void", None),
        ("POST", "/api/order/add/", BODY),
        ("POST", "/api/order/add", BODY),
    ],
    scopes.READ: [
        ("GET", "/api/v1/orders", None),
        ("GET", "/api/v1/orders/{order}", None),
        ("GET", "/api/v1/orders/{order}/history", None),
        ("GET", "/api/v1/orders/{order}/events", None),
        ("GET", "/api/v1/statuses", None),
        ("GET", "/api/customer/7/orders/get/", None),
        ("GET", "/api/customer/7/orders/get", None),
        ("GET", "/api/customer/7/orders/incomplete/get/", None),
        ("GET", "/api/customer/7/orders/complete/get/", None),
        ("GET", "/api/order/status/1/get/", None),
        ("GET", "/api/order/period/get/?start=2020-01-01&end=2030-01-01", None),
    ],
    scopes.WRITE: [
        ("POST", "/api/v1/orders/{order}/next", None),
        ("POST", "/api/v1/orders/{order}/status", {"status": "processing"}),
        ("PATCH", "/api/v1/orders/{shipped}/tracking", {"number": "1"}),
        ("POST", "/api/order/{order}/status/2/set/", None),
        ("POST", "/api/order/{order}/status/next/", None),
    ],
    scopes.CANCEL: [
        ("POST", "/api/v1/orders/{order}/cancel", None),
        ("POST", "/api/order/{order}/cancel", None),
    ],
    scopes.EVENTS_READ: [("GET", "/api/v1/events", None), ("GET", "/api/v1/deliveries", None)],
    scopes.EVENTS_MANAGE: [
        ("GET", "/api/v1/subscribers", None),
        ("POST", "/api/v1/subscribers", {"name": "x", "url": "https://x.example/"}),
        ("PATCH", "/api/v1/subscribers/{subscriber}", {"enabled": False}),
        ("POST", "/api/v1/subscribers/{subscriber}/rotate", None),
        ("POST", "/api/v1/subscribers/{subscriber}/test", None),
        ("POST", "/api/v1/subscribers/{subscriber}/replay", {"since": "2020-01-01"}),
        ("DELETE", "/api/v1/subscribers/{subscriber}", None),
        ("POST", "/api/v1/deliveries/{delivery}/requeue", None),
        ("POST", "/api/v1/deliveries/requeue", None),
    ],
    scopes.KEYS_MANAGE: [
        ("GET", "/api/v1/keys", None),
        ("POST", "/api/v1/keys", {"client": "x", "scopes": ["orders:read"]}),
        ("DELETE", "/api/v1/keys/{key}", None),
    ],
}
ALL = [(scope, *operation) for scope, operations in OPERATIONS.items() for operation in operations]


@pytest.fixture
def world(api: Caller) -> dict[str, int]:
    """An order received, one shipped, a subscriber with a dead delivery, and a key: what the operations name."""
    subscriber = Subscriber.objects.create(name="sink", url="https://sink.example/", secret="whsec_" + "A" * 44)
    order, shipped = api.made(), api.made()
    api.post(f"/api/v1/orders/{shipped}/status", {"status": "shipping", "through": True})
    delivery = subscriber.deliveries.all()[0]
    delivery.state = "dead"
    delivery.save()
    key = Key.objects.create(client=Key.objects.all()[0].client, prefix="bpk_x", digest="x", scopes=[])
    found = {"order": order, "shipped": shipped, "subscriber": subscriber.pk, "delivery": delivery.pk, "key": key.pk}
    assert all(found.values())
    return found


def everything() -> str:
    """All rows of the service, but for when keys were last used."""
    rows = []
    for label in ("orders", "outbox", "idempotency", "keys"):
        for model in apps.get_app_config(label).get_models():
            rows += json.loads(serializers.serialize("json", model._default_manager.order_by("pk")))
    for row in rows:
        row["fields"].pop("last_used_at", None)
    return json.dumps(rows)


def call(caller: Caller, operation: Operation, world: dict[str, int]) -> Any:
    method, path, data = operation
    headers = {"idempotency_key": "matrix"} if path == "/api/v1/orders" and method == "POST" else {}
    return caller.send(method, path.format(**world), data, **headers)


@pytest.mark.parametrize(("scope", "method", "path", "data"), ALL)
def test_only_the_right_scope_opens_an_operation(
    world: dict[str, int], new_key: Callable[..., str], scope: str, method: str, path: str, data: Any
) -> None:
    expired = new_key(scope, expires=clock.now() - timedelta(seconds=1))
    revoked = new_key(scope)
    Key.objects.filter(prefix=revoked[:16]).update(revoked_at=clock.now())
    others = {other: new_key(other) for other in scopes.SCOPES if other != scope}
    all_others = new_key(*others)
    right = new_key(scope)
    before = everything()
    for text in ("", "bpk_wrong", "Token", expired, revoked, "ü", "x" * 5000):
        answer = call(Caller(text), (method, path, data), world)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Token"
        assert set(answer.json()) == {"type", "title", "status", "detail", "code", "request_id"}
    for text in (*others.values(), all_others):
        answer = call(Caller(text), (method, path, data), world)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert everything() == before
    answer = call(Caller(right), (method, path, data), world)
    assert answer.status_code in (200, 201, 202, 204), answer.content
    assert (everything() == before) == (method == "GET")


def test_every_operation_is_in_the_matrix(world: dict[str, int]) -> None:
    schema = Browser().get("/api/openapi.json").json()
    for path, methods in schema["paths"].items():
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path.rstrip("/")))
        for method in methods:
            known = [one for _, verb, one, _ in ALL if verb == method.upper()]
            assert any(pattern.fullmatch(one.partition("?")[0].rstrip("/")) for one in known), (method, path)


@pytest.mark.parametrize("spelling", ["Token {}", "Bearer {}", "token {}"])
def test_a_key_is_read_from_authorization(orders: Any, new_key: Callable[..., str], spelling: str) -> None:
    browser = Browser(HTTP_AUTHORIZATION=spelling.format(new_key(scopes.READ)))
    assert browser.get("/api/v1/orders").status_code == 200


def test_a_key_is_read_from_x_api_key(orders: Any, new_key: Callable[..., str]) -> None:
    assert Browser(HTTP_X_API_KEY=new_key(scopes.READ)).get("/api/v1/orders").status_code == 200


def test_cancelling_by_status_needs_the_scope_to_cancel(api: Caller, new_key: Callable[..., str]) -> None:
    order = api.made()
    writer = Caller(new_key(scopes.WRITE))
    assert writer.post(f"/api/v1/orders/{order}/status", {"status": "cancelled"}).status_code == 403
    assert writer.post(f"/api/order/{order}/status/6/set/").status_code == 403
    assert api.get(f"/api/v1/orders/{order}").json()["status"] == "received"


def test_the_session_of_the_admin_does_not_open_the_api(orders: Any) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_superuser("boss", "boss@example.org", "x"))
    assert browser.get("/api/v1/orders").status_code == 401
    assert browser.post("/api/order/add/", BODY, content_type="application/json").status_code == 401


def test_only_these_paths_are_open(orders: Any) -> None:
    for path in ("/healthz", "/readyz", "/api/openapi.json", "/api/docs"):
        assert Browser().get(path).status_code == 200
    for path in ("/admin/", "/admin/orders/order/", "/admin/keys/key/", "/admin/outbox/delivery/"):
        answer = Browser().get(path)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_keys_are_kept_as_hashes_and_their_use_is_dated(api: Caller, new_key: Callable[..., str]) -> None:
    text = new_key(scopes.READ)
    assert len(text.split("_", 2)[2]) == 43
    assert text[16:] not in everything()
    key = Key.objects.get(prefix=text[:16])
    assert key.last_used_at is None
    Caller(text).get("/api/v1/orders")
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_keys_are_made_listed_and_revoked_by_api(api: Caller) -> None:
    made = api.post("/api/v1/keys", {"client": "finance", "scopes": ["orders:read"], "expires_at": "2999-01-01"})
    assert made.status_code == 201
    text = made.json()["key"]
    assert made.json()["expires_at"] == "2999-01-01T00:00:00.000000Z"
    finance = Caller(text)
    assert finance.get("/api/v1/orders").status_code == 200
    listed = api.get("/api/v1/keys").content.decode()
    assert '"finance"' in listed
    assert text not in listed
    assert api.send("DELETE", f"/api/v1/keys/{made.json()['id']}").status_code == 204
    assert finance.get("/api/v1/orders").status_code == 401
    assert api.send("DELETE", "/api/v1/keys/999").status_code == 404
    wrong: list[dict[str, Any]] = [{"scopes": ["all"]}, {"scopes": []}, {"client": ""}, {"expires_at": "soon"}]
    for one in wrong:
        body = {"client": "x", "scopes": ["orders:read"], **one}
        assert api.post("/api/v1/keys", body).status_code == 422
