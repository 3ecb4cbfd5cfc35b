"""The client's commands, against the service in this process and against failures."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from blueprints import clock, http
from blueprints.orders.models import Order
from blueprints.orders.scopes import SCOPES
from blueprints.web.keys.models import Key
from blueprints.web.outbox.models import Delivery, Subscriber
from tests.orders.conftest import BODY, Caller


class Bridge(httpx.BaseTransport):
    """Hands the client's requests to Django's test client, or fails as told first."""

    def __init__(self) -> None:
        from django.test import Client

        self.django = Client()
        self.failures: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, httpx.Response):
            return failure
        answer = self.django.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", ""),
            headers={name: value for name, value in request.headers.items() if name != "content-length"},
        )
        if isinstance(failure, Exception):
            raise failure  # the work is done and the answer lost
        return httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


@pytest.fixture
def bridge(api: Caller, new_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """The client's way to the service of this test, with a key of every scope configured."""
    found = Bridge()
    make = http.client

    def client(name: str, **options: Any) -> Any:
        return make(name, **{**options, "transport": found, "retries": 0})

    monkeypatch.setattr(http, "client", client)
    monkeypatch.setenv("BLUEPRINTS_ORDERS__API_KEY", new_key(*SCOPES, client="terminal"))
    return found


def test_an_order_is_sent_shown_moved_and_cancelled(bridge: Bridge, run: Any) -> None:
    order = int(run("orders", "send", "--sample", expect=0).stdout)
    shown = run("orders", "show", str(order), "--history", expect=0).stdout
    assert shown.startswith(f"Order {order}  Received  26.50 USD\nCustomer 7: Ada Byte <ada@example.org>\n")
    for text in ("Astro Racer", "16.50", "Next: processing, cancelled", "terminal"):
        assert text in shown
    assert "Processing" in run("orders", "next", str(order), "--reason", "go", expect=0).stdout
    tracking = ["--carrier", "DHL", "--tracking-number", "7", "--tracking-url", "https://dhl.example/7"]
    run("orders", "set-status", str(order), "shipping", "--through", *tracking, expect=0)
    shown = run("orders", "show", str(order), "--history", expect=0).stdout
    assert "Tracking DHL  7  https://dhl.example/7" in shown
    assert "Payment complete (passed through)" in shown
    assert "cli" in shown
    refused = run("orders", "cancel", str(order), expect=1)
    assert "cannot become cancelled; allowed: completed" in refused.stderr
    stale = run("orders", "set-status", str(order), "completed", "--if-version", "1", expect=1)
    assert "has changed" in stale.stderr
    other = run("orders", "--json", "send", "--sample", expect=0)
    assert json.loads(other.stdout)["status"] == "received"
    cancelled = run("orders", "--json", "cancel", str(json.loads(other.stdout)["id"]), "--reason", "twice", expect=0)
    assert json.loads(cancelled.stdout)["status"] == "cancelled"


def test_an_order_from_a_file_or_standard_input(bridge: Bridge, run: Any, tmp_path: Any) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps({**BODY, "reference": "PO-1"}))
    first = run("orders", "send", str(file), "--idempotency-key", "k", expect=0).stdout
    assert run("orders", "send", "-", "--idempotency-key", "k", input=file.read_text(), expect=0).stdout == first
    assert "Reference PO-1" in run("orders", "show", first.strip(), expect=0).stdout
    file.write_text("{")
    assert "is not JSON" in run("orders", "send", str(file), expect=2).stderr
    assert "give a FILE, or --sample" in run("orders", "send", expect=2).stderr
    file.write_text(json.dumps({**BODY, "total": "1"}))
    assert "Error: the stated total is 1.00" in run("orders", "send", str(file), expect=1).stderr
    file.write_text(json.dumps({**BODY, "items": []}))
    assert "body.items" in run("orders", "send", str(file), expect=1).stderr


def test_lists_filter_and_page(bridge: Bridge, run: Any, api: Caller) -> None:
    made = [api.made() for _ in range(3)]
    api.post(f"/api/v1/orders/{made[0]}/cancel")
    table = run("orders", "list", expect=0).stdout.splitlines()
    assert table[0].split() == ["id", "customer", "name", "status", "total", "created"]
    assert [int(line.split()[0]) for line in table[1:]] == made[::-1]
    lines = run("orders", "--json", "list", "--all", "--sort", "created_at", expect=0).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == made
    filters = ["--status", "received", "--status", "2", "--group", "open", "--customer", "7", "--since", "2020-01-01"]
    filters += ["--until", "2999-01-01", "--search", "ada", "--limit", "1"]
    assert len(run("orders", "list", *filters, expect=0).stdout.splitlines()) == 2
    assert run("orders", "list", "--customer", "99", expect=0).stdout == ""
    assert "no date" in run("orders", "list", "--since", "yesterday", expect=1).stderr


def test_long_lists_come_page_by_page(bridge: Bridge, run: Any, api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints.orders import client

    monkeypatch.setattr(client, "PAGE", 2)
    made = [api.made() for _ in range(5)]
    lines = run("orders", "--json", "list", "--all", expect=0).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == made[::-1]
    assert len(run("orders", "--json", "list", "--limit", "3", expect=0).stdout.splitlines()) == 3


def test_statuses_are_shown(bridge: Bridge, run: Any) -> None:
    assert "1  received" in run("orders", "statuses", expect=0).stdout
    assert len(run("orders", "--json", "statuses", expect=0).stdout.splitlines()) == 6


def test_keys_are_made_listed_and_revoked(bridge: Bridge, run: Any) -> None:
    text = run("orders", "keys", "create", "finance", "--scope", "orders:read", expect=0).stdout.strip()
    assert text.startswith("bpk_")
    made = run("orders", "--json", "keys", "create", "x", "--scope", "orders:read", "--expires", "2999-01-01", expect=0)
    listed = run("orders", "keys", "list", expect=0).stdout
    assert "finance" in listed
    assert text not in listed
    number = str(json.loads(made.stdout)["id"])
    assert run("orders", "keys", "revoke", number, expect=0).stderr == f"Key {number} is revoked.\n"
    rows = [json.loads(line) for line in run("orders", "--json", "keys", "list", expect=0).stdout.splitlines()]
    assert next(row for row in rows if str(row["id"]) == number)["revoked_at"]


def test_the_list_of_keys_says_what_each_opens_and_until_when(bridge: Bridge, run: Any) -> None:
    create = ("orders", "--json", "keys", "create", "--scope", "orders:read")
    run(*create, "lasting", "--expires", "2999-01-05", expect=0)
    run(*create, "endless", expect=0)
    taken = json.loads(run(*create, "taken", expect=0).stdout)["id"]
    run("orders", "keys", "revoke", str(taken), expect=0)
    over = json.loads(run(*create, "over", "--expires", "2999-01-05", expect=0).stdout)["id"]
    Key.objects.filter(pk=over).update(expires_at=clock.now() - timedelta(days=3))
    rows = {line.split()[1]: line for line in run("orders", "keys", "list", expect=0).stdout.splitlines()[1:]}
    assert "until 2999-01-0" in rows["lasting"]
    assert " valid " in rows["endless"]
    assert " revoked " in rows["taken"]
    assert " expired " in rows["over"]


def test_dead_letters_are_listed_and_tried_again(bridge: Bridge, run: Any, api: Caller) -> None:
    Subscriber.objects.create(name="sink", url="https://sink.example", secret="whsec_" + "A" * 44)
    order = api.made()
    assert run("orders", "dead-letters", expect=0).stderr == "no dead letters\n"
    Delivery.objects.update(state="dead", attempts=10, last_status=500, last_error="answered 500")
    listed = run("orders", "dead-letters", "--subscriber", "sink", expect=0).stdout
    assert "order.received" in listed
    assert "answered 500" in listed
    row = json.loads(run("orders", "--json", "dead-letters", expect=0).stdout)
    assert row["order_id"] == order
    assert run("orders", "requeue", str(row["id"]), expect=0).stdout == "1 tried again\n"
    assert json.loads(run("orders", "--json", "requeue", "--all", expect=0).stdout) == {"requeued": 0}
    assert "give ids, or --all" in run("orders", "requeue", expect=2).stderr


def test_a_lost_answer_neither_doubles_nor_skips(bridge: Bridge, run: Any) -> None:
    bridge.failures = [httpx.ReadError("lost")]
    order = run("orders", "send", "--sample", expect=0).stdout.strip()
    assert Order.objects.count() == 1
    bridge.failures = [httpx.Response(200, json={"version": 1}), httpx.ReadError("lost")]
    assert "Processing" in run("orders", "next", order, expect=0).stdout
    assert Order.objects.get().status == 2


@pytest.mark.parametrize(
    ("failure", "code", "text"),
    [
        (httpx.ConnectError("refused"), 3, "cannot reach"),
        (httpx.Response(500, text="oops"), 3, "answered 500"),
        (httpx.Response(503, json={"detail": "later"}), 3, "later"),
        (httpx.Response(200, text="<html>"), 3, "not JSON"),
        (httpx.Response(401, json={"detail": "This API key is not valid."}), 4, "set orders.api_key"),
        (httpx.Response(403, json=[]), 4, "answered 403"),
        (httpx.Response(404, json={"detail": "There is no order 9."}), 1, "no order 9"),
        (httpx.Response(412, json={"detail": "changed"}), 1, "changed"),
    ],
)
def test_failures_have_their_exit_codes(bridge: Bridge, run: Any, failure: Any, code: int, text: str) -> None:
    bridge.failures = [failure]
    result = run("orders", "show", "9", expect=code)
    assert result.stdout == ""
    assert text in result.stderr
    assert result.stderr.startswith("Error: ")


def test_without_a_key_it_says_where_to_get_one(run: Any) -> None:
    assert "start `blueprints serve orders` here once" in run("orders", "list", expect=4).stderr
