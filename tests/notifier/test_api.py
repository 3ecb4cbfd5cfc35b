"""The JSON API: send, list, look, resend, resolve, suppress, preview; waiting; who may what."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blueprints import clock
from blueprints.notifier import waiting
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.models import Content, Mail, Suppression
from blueprints.notifier.records import FIELDS
from tests.notifier.conftest import Post, order, price_drop, received
from tests.notifier.test_sending import Scripted

pytestmark = pytest.mark.django_db
Key = Callable[..., dict[str, str]]
WorkOff = Callable[..., list[str]]
OWN = {"to": {"name": "Ada", "address": "ada@example.org"}, "subject": "Hello", "text": "One\n\nTwo\nlines"}


@pytest.fixture
def call(client: Client, key: Key) -> Callable[..., Any]:
    """`call("post", "/mails", body)` with a key of all scopes: (status, body)."""
    headers = key()

    def ask(method: str, path: str, body: Any = None, **more: str) -> Any:
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1{path}", headers=headers | more, **data)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    return ask


def test_a_mail_with_own_words_gets_a_page_made_of_them(
    notifier: Callable[..., Any], call: Any, work_off: WorkOff, client: Client, key: Key
) -> None:
    config = notifier()
    status, mail = call("post", "/mails", {**OWN, "order_id": 39})
    assert status == 202
    assert (mail["kind"], mail["order_id"], mail["subject"], mail["template"]) == ("message", 39, None, None)
    assert tuple(mail) == FIELDS
    assert work_off(config) == ["sent"]
    status, mail = call("get", f"/mails/{mail['id']}")
    assert (mail["state"], mail["subject"], mail["template"]) == ("sent", "Hello", "package:message")
    raw = client.get(f"/api/v1/mails/{mail['id']}/raw", headers=key())
    assert (raw.status_code, raw["Content-Type"]) == (200, "message/rfc822")
    assert b"Subject: Hello\r\n" in raw.content
    assert b"Two<br>lines" in raw.content.replace(b"=\r\n", b"")


def test_own_html_is_sent_as_given(notifier: Callable[..., Any], call: Any, work_off: WorkOff) -> None:
    config = notifier()
    call("post", "/mails", {**OWN, "html": "<b>mine</b>"})
    channel = Scripted(Outcome("sent"))
    work_off(config, channel)
    assert b"<b>mine</b>" in channel.parcels[0].raw


def test_a_mail_of_a_template(notifier: Callable[..., Any], call: Any, work_off: WorkOff) -> None:
    config = notifier()
    wish = {"to": OWN["to"], "template": "order_shipped", "data": {"order": order()}, "locale": "de"}
    status, mail = call("post", "/mails", wish)
    assert (status, mail["kind"], mail["locale"]) == (202, "order_shipped", "de")
    assert work_off(config) == ["sent"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"to": None}, ["to"]),
        ({"to": {"address": "ada@example.org", "name": "A\r\nB"}}, ["to", "name"]),
        ({"to": {"address": "a@b, c@d"}}, ["to", "address"]),
        ({"subject": ""}, ["subject"]),
        ({"subject": "a\nb"}, ["subject"]),
        ({"subject": "x" * 301}, ["subject"]),
        ({"text": None}, ["text"]),
        ({"template": "order_received", "data": {}}, ["subject"]),
        ({"template": "order_received", "data": [1]}, ["data"]),
        ({"template": "../etc", "subject": None, "text": None}, ["template"]),
        ({"sensitive": "yes"}, ["sensitive"]),
        ({"order_id": 0}, ["order_id"]),
    ],
)
def test_an_impossible_wish_is_refused(notifier: Callable[..., Any], call: Any, change: Any, place: list[str]) -> None:
    notifier()
    status, problem = call("post", "/mails", {**OWN, **change})
    assert status == 422
    assert place in [error["loc"] for error in problem["errors"]]
    assert not Mail.objects.exists()


def test_lists_filter_and_page(notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff) -> None:
    config = notifier()
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as traveller:
        for number in range(1, 6):
            post_event(received(id=number), id=f"evt_{number}", now=clock.now())
            traveller.shift(60)
        post_event(price_drop(), id="evt_9", source="store", now=clock.now())
        work_off(config, Scripted(*[Outcome("sent")] * 5, Outcome("failed", "451", "later")))

    def found(query: str) -> list[int | None]:
        status, page = call("get", f"/mails?{query}")
        assert status == 200
        return [mail["order_id"] for mail in page["items"]]

    assert found("") == [None, 5, 4, 3, 2, 1]
    assert found("state=failed") == [None]
    assert found("kind=order_received&state=sent") == [5, 4, 3, 2, 1]
    assert found("to=ADA@example.org&order_id=3") == [3]
    assert found("event_id=evt_2") == [2]
    assert found("created_from=2026-11-20T12:01:00Z&created_to=2026-11-20T12:03:00Z") == [4, 3, 2]
    _, page = call("get", "/mails?limit=4")
    assert [mail["order_id"] for mail in page["items"]] == [None, 5, 4, 3]
    assert found(f"limit=4&cursor={page['next']}") == [2, 1]
    assert page["items"][0]["next_attempt_at"]
    for bad in ("limit=0", "limit=201", "state=lost", "cursor=x", "created_from=yesterday", "order_id=0"):
        assert call("get", f"/mails?{bad}")[0] == 422, bad


def test_a_list_costs_the_same_whatever_its_length(notifier: Callable[..., Any], call: Any, post_event: Post) -> None:
    notifier()
    post_event(received(id=1), id="evt_1")
    call("get", "/mails")
    with CaptureQueriesContext(connection) as short:
        assert len(call("get", "/mails")[1]["items"]) == 1
    for number in range(2, 12):
        post_event(received(id=number), id=f"evt_{number}")
    with CaptureQueriesContext(connection) as long:
        assert len(call("get", "/mails")[1]["items"]) == 11
    assert len(long) == len(short) <= 2


def test_a_sent_mail_is_sent_again_as_a_new_one(
    notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    post_event(received())
    first = Mail.objects.get().id
    assert call("post", f"/mails/{first}/resend")[0] == 409
    work_off(config)
    status, again = call("post", f"/mails/{first}/resend")
    assert status == 201
    assert (again["resent_from"], again["state"], again["event_id"]) == (first, "queued", None)
    assert work_off(config) == ["sent"]
    assert call("post", "/mails/m_none/resend")[0] == 404


def test_a_key_makes_a_resend_happen_once(
    notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    for number in (1, 2):
        post_event(received(id=number), id=f"evt_{number}")
    work_off(config)
    first, second = Mail.objects.values_list("id", flat=True)
    made = [call("post", f"/mails/{first}/resend", **{"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert [status for status, _ in made] == [201] * 3
    assert len({mail["id"] for _, mail in made}) == 1
    assert call("post", f"/mails/{second}/resend", **{"Idempotency-Key": "k-1"})[0] == 422
    assert call("post", f"/mails/{second}/resend", **{"Idempotency-Key": "no key"})[0] == 400
    assert Mail.objects.count() == 3
    assert call("post", f"/mails/{first}/resend")[0] == 201, "without a key each request is a new wish"


def test_a_key_of_a_refused_resend_is_free_again(
    notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    post_event(received())
    mail_id = Mail.objects.get().id
    assert call("post", f"/mails/{mail_id}/resend", **{"Idempotency-Key": "k-1"})[0] == 409
    work_off(config)
    assert call("post", f"/mails/{mail_id}/resend", **{"Idempotency-Key": "k-1"})[0] == 201


def in_doubt(post_event: Post, work_off: WorkOff, config: Any, id: str = "evt_1") -> str:
    post_event(received(), id=id)
    work_off(config, Scripted(Outcome("unknown", text="the line was cut")))
    return Mail.objects.get(event_id=id).id


@pytest.mark.parametrize(("verdict", "state"), [("sent", "sent"), ("dead", "dead"), ("resend", "dead")])
def test_a_mail_in_doubt_is_resolved_by_staff(
    notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff, verdict: str, state: str
) -> None:
    mail_id = in_doubt(post_event, work_off, notifier())
    assert call("post", f"/mails/{mail_id}/resend")[0] == 409
    status, mail = call("post", f"/mails/{mail_id}/resolve", {"as": verdict})
    assert (status, mail["state"]) == (200, state)
    assert Mail.objects.count() == (2 if verdict == "resend" else 1)
    if verdict == "resend":
        again = Mail.objects.exclude(id=mail_id).get()
        assert (again.resent_from, again.state) == (mail_id, "queued")
        assert again.id in mail["reason"]
    assert call("post", f"/mails/{mail_id}/resolve", {"as": "sent"})[0] == 409


def test_a_verdict_with_a_key_may_be_repeated(
    notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff
) -> None:
    mail_id = in_doubt(post_event, work_off, notifier())
    said = [call("post", f"/mails/{mail_id}/resolve", {"as": "resend"}, **{"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert said[0] == said[1]
    assert said[0][0] == 200
    assert Mail.objects.count() == 2
    assert call("post", f"/mails/{mail_id}/resolve", {"as": "dead"}, **{"Idempotency-Key": "k-1"})[0] == 422


def test_a_verdict_must_be_one(notifier: Callable[..., Any], call: Any, post_event: Post, work_off: WorkOff) -> None:
    mail_id = in_doubt(post_event, work_off, notifier())
    assert call("post", f"/mails/{mail_id}/resolve", {"as": "maybe"})[0] == 422
    assert call("post", "/mails/m_none/resolve", {"as": "sent"})[0] == 404


def test_sensitive_text_of_a_mail_in_doubt_is_erased_when_resolved(
    notifier: Callable[..., Any], call: Any, work_off: WorkOff
) -> None:
    config = notifier()
    _, mail = call("post", "/mails", {**OWN, "sensitive": True})
    work_off(config, Scripted(Outcome("unknown", text="cut")))
    assert Content.objects.get().raw is not None
    call("post", f"/mails/{mail['id']}/resolve", {"as": "sent"})
    assert Content.objects.get().raw is None
    assert call("get", f"/mails/{mail['id']}/raw")[0] == 404


def test_suppressions_are_added_listed_and_removed(notifier: Callable[..., Any], call: Any) -> None:
    notifier()
    for name in ("Ada", "bea", "cleo"):
        assert call("post", "/suppressions", {"address": f"{name}@Example.org", "note": "asked"})[0] == 201
    assert call("post", "/suppressions", {"address": "ada@example.org"})[0] == 201
    assert call("post", "/suppressions", {"address": "nobody"})[0] == 422
    _, page = call("get", "/suppressions?limit=2")
    assert [row["address"] for row in page["items"]] == ["cleo@example.org", "bea@example.org"]
    assert page["items"][0]["cause"] == "staff"
    _, rest = call("get", f"/suppressions?cursor={page['next']}")
    assert [row["address"] for row in rest["items"]] == ["ada@example.org"]
    assert call("delete", "/suppressions/ada@example.org")[0] == 204
    assert call("delete", "/suppressions/ada@example.org")[0] == 404
    assert call("delete", "/suppressions/nobody")[0] == 404
    assert call("get", "/suppressions?cursor=WyJ4Il0")[1]["items"] == []


def test_templates_are_listed_and_previewed(
    notifier: Callable[..., Any], call: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "welcome.html").write_text("<p>\n{{ nobody }}</p>")
    (tmp_path / "welcome.subject.txt").write_text("Hi")
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__FOLDER__PATH", str(tmp_path))
    notifier(templates="folder")
    names = [row["name"] for row in call("get", "/templates")[1]["items"]]
    assert {"welcome", "order_received", "price_drop"} <= set(names)
    status, shown = call("post", "/templates/order_received/preview", {"data": {"order": order()}, "locale": "de"})
    assert status == 200
    assert set(shown) == {"subject", "html", "text"}
    assert "Guten Tag Ada Byte" in shown["text"]
    status, problem = call("post", "/templates/welcome/preview", {"data": {}})
    assert (status, problem["line"]) == (422, 2)
    assert "welcome.html, line 2" in problem["detail"]
    assert call("post", "/templates/nothing/preview", {})[0] == 404
    notifier(templates="folder", templates_fallback=False)
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__FOLDER__PATH", str(tmp_path / "gone"))
    assert call("get", "/templates")[0] == 503
    assert call("post", "/templates/welcome/preview", {})[0] == 503


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("wait=10", 10), ("respond-async, wait=100", 30), ("wait=0", 0), ("", 0), ("wait=x", 0), ("nowait=3", 0)],
)
def test_a_wish_to_wait_is_read_as_the_rfc_says(header: str, seconds: int) -> None:
    assert waiting.wished_s(header) == seconds


@pytest.mark.django_db(transaction=True)
def test_who_waits_gets_the_final_mail(
    notifier: Callable[..., Any], call: Any, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = notifier()
    asked = threading.Event()
    wait = waiting.for_end

    def told(mail_id: str, seconds: float) -> Mail | None:
        asked.set()
        return wait(mail_id, seconds)

    monkeypatch.setattr(waiting, "for_end", told)

    def work() -> list[str]:
        from django.db import connection

        try:
            return work_off(config, Scripted(Outcome("sent"))) if asked.wait(60) else []
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(work)
        status, mail = call("post", "/mails", OWN, Prefer="wait=30")
    assert results.result() == ["sent"]
    assert (status, mail["state"]) == (200, "sent")


def test_who_waits_in_vain_gets_the_mail_as_it_is(notifier: Callable[..., Any], call: Any) -> None:
    notifier()
    assert call("post", "/mails", OWN, Prefer="wait=1")[0] == 202
    taken = [waiting._places.acquire(blocking=False) for _ in range(2)]
    assert waiting.for_end("m_1", 30) is None, "no place to wait"
    for _ in filter(None, taken):
        waiting._places.release()


PATHS = [
    ("post", "/notify/order-received/", "mails:notify", order()),
    ("post", "/notify/order-shipped", "mails:notify", order()),
    ("post", "/api/v1/mails", "mails:send", OWN),
    ("get", "/api/v1/mails", "mails:read", None),
    ("get", "/api/v1/mails/{id}", "mails:read", None),
    ("get", "/api/v1/mails/{id}/raw", "mails:read", None),
    ("post", "/api/v1/mails/{id}/resend", "mails:send", {}),
    ("post", "/api/v1/mails/{id}/resolve", "mails:send", {"as": "sent"}),
    ("get", "/api/v1/suppressions", "mails:send", None),
    ("post", "/api/v1/suppressions", "mails:send", {"address": "x@example.org"}),
    ("delete", "/api/v1/suppressions/kept@example.org", "mails:send", None),
    ("get", "/api/v1/templates", "mails:read", None),
    ("post", "/api/v1/templates/test/preview", "mails:read", {}),
]


@pytest.mark.parametrize(("method", "path", "needed", "body"), PATHS)
@pytest.mark.parametrize("scopes", [(), ("mails:notify",), ("mails:send",), ("mails:read",)])
def test_only_the_right_scope_opens_a_path(
    notifier: Callable[..., Any], client: Client, key: Key, post_event: Post, work_off: WorkOff,
    method: str, path: str, needed: str, body: Any, scopes: tuple[str, ...],
) -> None:  # fmt: skip
    config = notifier()
    mail_id = in_doubt(post_event, work_off, config)
    Suppression.objects.create(address="kept@example.org", cause="staff")
    before = _everything()
    headers = key(*scopes) if scopes else {}
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer = getattr(client, method)(path.format(id=mail_id), headers=headers, **data)
    if needed in scopes:
        assert answer.status_code not in (401, 403)
        return
    assert answer.status_code == (403 if scopes else 401)
    assert mail_id.encode() not in answer.content
    assert _everything() == before


def _everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Mail, Content, Suppression)]


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization: Token", "Authorization: Bearer"])
def test_a_key_may_come_in_any_of_three_ways(
    notifier: Callable[..., Any], client: Client, key: Key, header: str
) -> None:
    notifier()
    text = key("mails:read")["X-API-Key"]
    name, _, kind = header.partition(": ")
    assert client.get("/api/v1/mails", headers={name: f"{kind} {text}".strip()}).status_code == 200


def test_the_fate_of_old_waiting_mails_is_told_in_time(notifier: Callable[..., Any], call: Any) -> None:
    notifier()
    _, mail = call("post", "/mails", OWN)
    assert mail["created_at"].endswith("Z")
    assert clock.now() - timedelta(minutes=5) < Mail.objects.get().created_at
