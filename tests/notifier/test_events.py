"""Signed events and direct requests: what is recorded, answered, refused, repeated."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from blueprints.notifier import reading
from blueprints.notifier.models import Content, Mail
from tests.notifier.conftest import SECRETS, Post, event, order, price_drop, received

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return sorted(Mail.objects.values_list("kind", flat=True))


def test_order_39_makes_one_mail_with_lines_and_total(
    notifier: Callable[..., Any], post_event: Post, work_off: Callable[..., list[str]]
) -> None:
    config = notifier()
    answer = post_event(received())
    assert answer.status_code == 202
    assert work_off(config) == ["sent"]
    mail = Mail.objects.get()
    assert json.loads(answer.content) == {"mails": [mail.id]}
    assert (mail.subject, mail.state, mail.order_id, mail.event_id) == ("Order #39: thank you", "sent", 39, "evt_1")
    opened = reading.opened(mail.id)
    assert opened is not None
    for part in (opened.text, opened.html):
        assert all(
            word in part for word in ("Ada Byte", "39", "Astro Racer", "Maze Hunter", "Tiny Orchestra", "$32.75")
        )


def test_each_step_makes_its_mail_and_a_walk_through_makes_one(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    steps = [
        event("order.status_changed", 2, passed_through=True),
        event("order.status_changed", 3, passed_through=True),
        event("order.status_changed", 4),
        event("order.shipped", 4),
        event("order.status_changed", 5),
        event("order.completed", 5),
    ]
    codes = [post_event(step, id=f"evt_{number}").status_code for number, step in enumerate(steps)]
    assert codes == [204, 204, 204, 202, 204, 202]
    assert kinds() == ["order_completed", "order_shipped"]


def test_a_silenced_kind_and_an_unknown_type_make_none(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier(silence=["order_processing"])
    silent = post_event(event("order.status_changed", 2))
    assert (silent.status_code, silent.content) == (204, b"")
    assert not silent.has_header("Content-Type"), "there is no content to have a type"
    assert post_event({"type": "order.invented", "data": {}}).status_code == 204
    assert kinds() == []


def test_the_same_event_again_makes_no_second_mail(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    first, again = post_event(received()), post_event(received())
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.content == again.content
    assert Mail.objects.count() == Content.objects.count() == 1


def test_the_stores_events_make_alerts_in_the_customers_language(
    notifier: Callable[..., Any], post_event: Post
) -> None:
    notifier()
    keys = {
        "type": "store.keys_ready",
        "data": {"recipient": {"name": "Ada", "email": "ada@example.org", "locale": None}, "order_id": 39,
                 "url": "https://shop.example/o/39", "items": [{"name": "Astro Racer", "quantity": 2, "ready": 2}]},
    }  # fmt: skip
    assert post_event(price_drop(), source="store").status_code == 202
    assert post_event(keys, id="evt_2", source="store").status_code == 202
    found = Mail.objects.values_list("kind", "locale", "order_id", "source")
    assert set(found) == {("price_drop", "de", None, "store"), ("keys_ready", "en", 39, "store")}


@pytest.mark.parametrize(
    "change",
    [
        {"secret": SECRETS["store"]},
        {"away": timedelta(minutes=-6)},
        {"away": timedelta(hours=1)},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-id": "evt_other"},
        {"webhook-signature": ""},
    ],
)
def test_what_the_source_did_not_sign_just_now_is_refused(
    notifier: Callable[..., Any], post_event: Post, change: dict[str, Any]
) -> None:
    notifier()
    now = datetime.now(UTC) + change.pop("away", timedelta())  # not at import, which may be long ago
    answer = post_event(received(), now=now, **change)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert kinds() == []


def test_without_a_configured_secret_nothing_is_taken(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier(sources={})
    assert post_event(received()).status_code == 401


def test_old_events_are_recorded_and_not_mailed(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    old = received() | {"timestamp": (datetime.now(UTC) - timedelta(days=8)).isoformat()}
    assert post_event(old).status_code == 202
    mail = Mail.objects.get()
    assert (mail.state, mail.reason, mail.due_at) == ("dead", "too old", None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[1]", 400),
        (b"[" * 100_000, 400),
        (b'{"total": NaN}', 400),
        (b'{"a": "\\ud800"}', 422),
        (b" " * (256 * 1024 + 1), 413),
    ],
)
def test_a_body_that_is_none_is_refused(
    notifier: Callable[..., Any], post_event: Post, body: bytes, status: int
) -> None:
    notifier()
    assert post_event(body).status_code == status
    assert kinds() == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"order_customer": None}, "order_customer"),
        ({"order_customer": {"name": "Ada"}}, "email"),
        ({"order_customer": {"name": "Ada", "email": "nobody"}}, "email"),
        ({"order_customer": {"name": "A\nB", "email": "ada@example.org"}}, "name"),
        ({"order_customer": {"name": 7, "email": "ada@example.org"}}, "name"),
        ({"items": []}, "items"),
        ({"items": [{"name": "x", "quantity": 0, "price_per_unit": "1"}]}, "quantity"),
        ({"items": [{"name": "x", "quantity": True, "price_per_unit": "1"}]}, "quantity"),
        ({"items": [{"name": "x", "quantity": 1, "price_per_unit": "a lot"}]}, "price_per_unit"),
        ({"items": [{"name": "x", "quantity": 1, "price_per_unit": None}]}, "price_per_unit"),
        ({"items": ["x"]}, 0),
        ({"items": [{"name": "nul\0", "quantity": 1, "price_per_unit": "1"}]}, "name"),
        ({"total": None}, "total"),
        ({"total": True}, "total"),
        ({"id": "39"}, "id"),
        ({"id": 1 << 63}, "id"),
        ({"tracking": {"url": "javascript:alert(1)"}}, "url"),
    ],
)
def test_an_impossible_order_is_refused_with_the_place(
    notifier: Callable[..., Any], post_event: Post, changes: dict[str, Any], place: Any
) -> None:
    notifier()
    answer = post_event(received(**changes))
    assert answer.status_code == 422
    assert place in [error["loc"][-1] for error in json.loads(answer.content)["errors"]]
    assert kinds() == []


def test_an_impossible_alert_is_refused(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    for bad in (
        price_drop(unsubscribe_url="ftp://x"),
        price_drop(game=None),
        price_drop() | {"timestamp": "yesterday"},
    ):
        assert post_event(bad, source="store").status_code == 422
    assert kinds() == []


@pytest.mark.parametrize(
    "path", ["/notify/order-received/", "/notify/order-received", "/webhooks/orders", "/webhooks/ses"]
)
def test_get_is_refused_where_only_post_makes_sense(notifier: Callable[..., Any], client: Client, path: str) -> None:
    notifier()
    answer = client.get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def direct(client: Client, path: str, body: Any, headers: dict[str, str], content_type: str = "text/plain") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(path, text, content_type=content_type, headers=headers)


@pytest.mark.parametrize("path", ["/notify/order-received/", "/notify/order-received"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_the_direct_path_takes_an_order_with_or_without_slash(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]], path: str, content_type: str
) -> None:
    notifier()
    answer = direct(client, path, order(), key("mails:notify"), content_type)
    assert answer.status_code == 202
    mail = json.loads(answer.content)
    assert (mail["kind"], mail["state"], mail["source"], mail["order_id"]) == ("order_received", "queued", "direct", 39)
    assert answer["Location"] == f"/api/v1/mails/{mail['id']}"


def test_the_shipped_path_needs_no_lines_and_passes_more_keys_on(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]], work_off: Callable[..., list[str]]
) -> None:
    config = notifier()
    body = {"id": 5, "order_customer": {"email": "ada@example.org"}, "gift": "yes", "shop_name": "Evil"}
    assert direct(client, "/notify/order-shipped", body, key()).status_code == 202
    variables = json.loads(Content.objects.get().variables)
    assert variables["gift"] == "yes"
    assert variables["order"]["id"] == 5
    assert direct(client, "/notify/order-shipped", body | {"items": []}, key()).status_code == 202
    assert work_off(config) == ["sent", "sent"]
    assert direct(client, "/notify/order-shipped", body | {"items": {}}, key()).status_code == 422


def test_exact_amounts_survive_the_way(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]], work_off: Callable[..., list[str]]
) -> None:
    config = notifier()
    text = json.dumps(order()).replace('"32.75"', "32.75").replace('"10.00"', "10.1")
    assert direct(client, "/notify/order-received", text, key()).status_code == 202
    assert work_off(config) == ["sent"]
    opened = reading.opened(Mail.objects.get().id)
    assert opened is not None
    assert "$10.10" in opened.text


def test_a_silenced_kind_is_recorded_dead_when_asked_for_directly(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]]
) -> None:
    notifier(silence=["order_received"])
    assert direct(client, "/notify/order-received", order(), key()).status_code == 202
    assert Mail.objects.get().reason == "silenced"


def test_an_idempotency_key_makes_one_mail_and_no_other_request(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]]
) -> None:
    notifier()
    headers = key() | {"Idempotency-Key": "k-1"}
    first = direct(client, "/notify/order-received/", order(), headers)
    again = direct(client, "/notify/order-received", json.dumps(order(), indent=2), headers)
    other = direct(client, "/notify/order-received/", order(id=40), headers)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert Mail.objects.count() == 1
    assert direct(client, "/notify/order-received/", order(), key() | {"Idempotency-Key": "a b"}).status_code == 400
    Mail.objects.all().delete()
    assert direct(client, "/notify/order-received/", order(), headers).status_code == 409


def test_a_refused_request_leaves_no_key_behind(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]]
) -> None:
    notifier()
    headers = key() | {"Idempotency-Key": "k-1"}
    assert direct(client, "/notify/order-received/", order(items=[]), headers).status_code == 422
    assert direct(client, "/notify/order-received/", order(), headers).status_code == 202


def test_html_in_a_name_stays_text_in_the_mail(
    notifier: Callable[..., Any], post_event: Post, work_off: Callable[..., list[str]]
) -> None:
    config = notifier()
    name = "<script>alert(1)</script>"
    post_event(received(order_customer={"name": name, "email": "ada@example.org"}))
    assert work_off(config) == ["sent"]
    opened = reading.opened(Mail.objects.get().id)
    assert opened is not None
    assert "<script" not in opened.html
    assert name in opened.text
