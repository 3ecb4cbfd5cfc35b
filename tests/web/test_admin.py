"""Keys, deliveries and subscribers in the admin."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from blueprints import clock
from blueprints.web.keys import issue, secret
from blueprints.web.keys.models import Client as Caller
from blueprints.web.keys.models import Key
from blueprints.web.outbox import events
from blueprints.web.outbox.models import DEAD, DELIVERED, WAITING, Delivery, Subscriber

ADD_KEY = "/admin/keys/key/add/"


@pytest.fixture
def root(service: Callable[..., Any], db: None, django_user_model: Any) -> Client:
    service("orders")
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("root", "root@example.org", "correct horse"))
    return client


def test_a_new_key_is_shown_once_and_works(root: Client) -> None:
    caller = Caller.objects.create(name="finance")
    answer = root.post(ADD_KEY, {"client": caller.pk, "scopes": ["orders:read"]}, follow=True)
    found = re.search(r"bpk_[0-9a-f]{12}_[\w-]{43}", answer.content.decode())
    assert found
    assert Key.objects.get().digest == secret.digest(found[0])
    assert found[0] not in root.get("/admin/keys/key/").content.decode()
    assert root.get("/api/v1/orders", HTTP_X_API_KEY=found[0]).status_code == 200


@pytest.mark.parametrize("scopes", [[], ["orders:everything"]])
def test_a_key_needs_scopes_that_there_are(root: Client, scopes: list[str]) -> None:
    caller = Caller.objects.create(name="finance")
    assert root.post(ADD_KEY, {"client": caller.pk, "scopes": scopes}).status_code == 200
    assert not Key.objects.exists()


def test_a_revoked_key_is_refused_from_then_on(root: Client) -> None:
    key, text = issue.create("finance", ["orders:read"])
    root.post("/admin/keys/key/", {"action": "revoke", "_selected_action": [key.pk]})
    assert root.get("/api/v1/orders", HTTP_X_API_KEY=text).status_code == 401


def test_the_form_of_a_key_does_not_change_its_text(root: Client) -> None:
    key, text = issue.create("finance", ["orders:read"])
    data = {"client": key.client_id, "scopes": ["orders:read", "orders:write"], "digest": "x", "prefix": "x"}
    assert root.post(f"/admin/keys/key/{key.pk}/change/", data).status_code == 302
    key.refresh_from_db()
    assert key.scopes == ["orders:read", "orders:write"]
    assert key.digest == secret.digest(text)


def dead_and_delivered() -> list[Delivery]:
    for name in ("one", "two"):
        Subscriber.objects.create(name=name, url="https://example.org/", secret="whsec_x")
    events.publish("order.received", {}, key="order:1")
    first, second = Delivery.objects.order_by("id")
    now = clock.now()
    Delivery.objects.filter(pk=first.pk).update(state=DEAD, attempts=10, last_status=500, last_error="answered 500")
    Delivery.objects.filter(pk=second.pk).update(state=DELIVERED, delivered_at=now)
    return [first, second]


def test_only_dead_deliveries_are_tried_again(root: Client) -> None:
    chosen = [one.pk for one in dead_and_delivered()]
    shown = root.get("/admin/outbox/delivery/?state__exact=dead").content.decode()
    assert "answered 500" in shown
    answer = root.post("/admin/outbox/delivery/", {"action": "requeue", "_selected_action": chosen}, follow=True)
    assert "1 delivery is tried again" in answer.content.decode()
    assert [one.state for one in Delivery.objects.order_by("id")] == [WAITING, DELIVERED]


def test_without_a_dead_delivery_there_is_nothing_to_try_again(root: Client) -> None:
    chosen = [dead_and_delivered()[1].pk]
    answer = root.post("/admin/outbox/delivery/", {"action": "requeue", "_selected_action": chosen}, follow=True)
    assert "None of these is dead" in answer.content.decode()


def test_a_delivery_is_shown_and_has_nothing_to_save(root: Client) -> None:
    dead = dead_and_delivered()[0]
    page = root.get(f"/admin/outbox/delivery/{dead.pk}/change/").content.decode()
    assert "order:1 to one" in page
    assert "answered 500" in page
    assert "_save" not in page


def test_the_list_of_keys_says_which_open_something(root: Client) -> None:
    now = clock.now()
    for name, fields in {
        "endless": {},
        "lasting": {"expires_at": now + timedelta(days=400)},
        "over": {"expires_at": now - timedelta(days=400)},
        "taken": {"revoked_at": now},
    }.items():
        Key.objects.filter(pk=issue.create(name, ["orders:read"])[0].pk).update(**fields)
    page = root.get("/admin/keys/key/").content.decode()
    states = re.findall(r'<td class="field-state">(valid until|valid|expired|revoked)', page)
    assert states == ["valid", "valid until", "expired", "revoked"]


def test_revoking_again_says_so(root: Client) -> None:
    key, _ = issue.create("finance", ["orders:read"])
    revoke = {"action": "revoke", "_selected_action": [key.pk]}
    assert "1 key revoked." in root.post("/admin/keys/key/", revoke, follow=True).content.decode()
    assert "revoked before" in root.post("/admin/keys/key/", revoke, follow=True).content.decode()


def test_events_are_only_looked_at(root: Client) -> None:
    event = dead_and_delivered()[0].event
    page = root.get(f"/admin/outbox/event/{event.pk}/change/").content.decode()
    assert event.uid in page
    assert 'name="_save"' not in page
    assert root.post(f"/admin/outbox/event/{event.pk}/change/", {"body": "{}"}).status_code == 403
    assert root.post(f"/admin/outbox/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_new_subscriber_gets_a_secret_that_is_shown_once(root: Client) -> None:
    data = {"name": "crm", "url": "https://crm.example/hook", "events": "order.shipped order.*", "enabled": "on"}
    answer = root.post("/admin/outbox/subscriber/add/", data, follow=True)
    found = Subscriber.objects.get()
    assert found.events == ["order.shipped", "order.*"]
    assert found.secret in answer.content.decode()
    assert found.secret not in root.get(f"/admin/outbox/subscriber/{found.pk}/change/").content.decode()
    wrong = root.post("/admin/outbox/subscriber/add/", {**data, "name": "other", "events": "Order.Shipped!"})
    assert "is no type of event" in wrong.content.decode()


def test_a_secret_is_rotated_beside_the_former(root: Client) -> None:
    found = Subscriber.objects.create(name="crm", url="https://crm.example/", secret="whsec_former")
    root.post("/admin/outbox/subscriber/", {"action": "rotate", "_selected_action": [found.pk]})
    found.refresh_from_db()
    assert found.former_secret == "whsec_former"
    assert found.secret.startswith("whsec_")
    assert found.secret != "whsec_former"


@pytest.mark.parametrize(("name", "are_there"), [("orders", True), ("notifier", False)])
def test_pages_of_events_are_offered_where_events_are_published(
    service: Callable[..., Any], client: Client, admin_user: Any, name: str, are_there: bool
) -> None:
    service(name)
    client.force_login(admin_user)
    assert ("/admin/outbox/subscriber/" in client.get("/admin/").content.decode()) == are_there
