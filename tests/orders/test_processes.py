"""The service as processes, on SQLite and PostgreSQL: races, crashes, relays, an orderly end."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from blueprints.web import webhooks
from tests.orders.conftest import body
from tests.servers.services import Served
from tests.servers.sink import Received, Sink
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("unmeasured")
Start = Callable[..., "Service"]
SECRET = webhooks.new_secret()
TRIES = 240
"""With a pause between, a minute: a worker takes long to come back on a busy machine."""


@pytest.fixture
def start(serve: Callable[..., Served]) -> Iterator[Start]:
    """Starts an order service and calls it; `start("--no-relay", env={…})`."""
    with ExitStack() as stack:
        yield lambda *flags, **options: Service(serve("orders", *flags, **options), stack)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> list[str]:
    """The flags that choose a database."""
    if request.param == "sqlite":
        return []
    return ["--database", request.getfixturevalue("postgres_url")(), "--workers", "2"]


def subscribed(sink: Sink) -> dict[str, str]:
    """The environment that names a sink as a subscriber, with quick retries."""
    return {
        "BLUEPRINTS_ORDERS__SUBSCRIBERS": json.dumps([{"name": "sink", "url": sink.url, "secret": SECRET}]),
        "BLUEPRINTS_ORDERS__RELAY__SCHEDULE": json.dumps(["0", *["100ms"] * 50]),
    }


class Service:
    """A served order service and calls to it with its admin key."""

    def __init__(self, served: Served, stack: ExitStack) -> None:
        self.served = served
        key = (served.home / "data" / "orders" / "admin.key").read_text()
        limits = httpx.Limits(max_connections=50)
        self.http = stack.enter_context(
            httpx.Client(base_url=served.url, headers={"Authorization": f"Token {key}"}, timeout=60, limits=limits)
        )

    def order(self, key: str, customer: int = 7, tries: int = TRIES) -> httpx.Response:
        """POST an order until an answer comes, as a shop would."""
        for _ in range(tries):
            try:
                return self.http.post("/api/v1/orders", json=body(customer), headers={"Idempotency-Key": key})
            except httpx.TransportError:
                _pause()
        raise AssertionError("the service does not come back")

    def get(self, path: str) -> Any:
        for _ in range(TRIES):
            try:
                answer = self.http.get(path)
            except httpx.TransportError:
                _pause()
            else:
                assert answer.status_code == 200, answer.text
                return answer.json()
        raise AssertionError("the service does not come back")


def _pause() -> None:
    import threading

    threading.Event().wait(0.25)


def test_fifty_posts_of_one_key_make_one_order(start: Start, database: list[str]) -> None:
    service = start("--no-relay", *database)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: service.order("one"), range(50)))
    assert Counter(answer.status_code for answer in answers) == {201: 50}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 49
    listed = service.get("/api/v1/orders?count=true")
    assert listed["count"] == 1
    assert [one["type"] for one in service.get("/api/v1/events")["items"]] == ["order.received"]


def test_two_clerks_never_both_take_the_step(start: Start, database: list[str]) -> None:
    service = start("--no-relay", *database)
    order = service.order("one").json()["id"]
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: service.http.post(f"/api/v1/orders/{order}/status", json={"status": 2}), range(10))
        )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    tags = {"If-Match": f'"{order}-2"'}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: service.http.post(f"/api/v1/orders/{order}/next", headers=tags), range(10)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    assert len(service.get(f"/api/v1/orders/{order}/history")["items"]) == 3


def in_order_per_order(requests: list[Received]) -> bool:
    """Whether the versions of each order only grow, repetitions aside."""
    last: dict[int, int] = {}
    for request in requests:
        order = json.loads(request.body)["data"]["order"]
        if order["version"] < last.get(order["id"], 0):
            return False
        last[order["id"]] = order["version"]
    return True


def test_events_arrive_signed_in_order_also_after_an_outage(start: Start, database: list[str], sink: Sink) -> None:
    sink.answer = lambda request: 500 if len(sink.requests) < 8 else 200
    service = start(*database, env=subscribed(sink))
    orders = [service.order(f"k{number}").json()["id"] for number in range(5)]
    for order in orders:
        service.http.post(f"/api/v1/orders/{order}/status", json={"status": "shipping", "through": True})
    wanted = {event["id"] for event in service.get("/api/v1/events?limit=200")["items"]}
    assert len(wanted) == 5 * 5
    requests = sink.wait(lambda found: {one.id for one in found[8:]} >= wanted)
    for request in requests:
        Webhook(SECRET).verify(request.body, request.headers)
        assert request.headers["x-request-id"] == request.id
    assert in_order_per_order(requests)
    assert Counter(json.loads(one.body)["type"] for one in requests[8:])["order.shipped"] == 5


CRASHES = (
    "orders.create.before_commit:4,orders.change.after_commit:4,relay.after_send:2",
    "orders.create.after_commit:4,orders.change.before_commit:4,relay.after_claim:2",
)  # a worker that is started again counts anew and dies elsewhere; a relay would die again and again: hence the marks


@pytest.mark.parametrize("points", CRASHES)
def test_a_crash_neither_loses_nor_doubles(
    start: Start, database: list[str], sink: Sink, points: str, tmp_path: Path
) -> None:
    crashing = {"BLUEPRINTS_FAILPOINT": points, "BLUEPRINTS_FAILPOINT_MARKS": str(tmp_path)}
    service = start(*database[:2], "--workers", "1", env={**subscribed(sink), **crashing})
    made = {f"k{number}": service.order(f"k{number}").json()["id"] for number in range(5)}
    assert len(set(made.values())) == 5
    assert {order: move(service, order).status_code for order in made.values()} == dict.fromkeys(made.values(), 200)
    assert service.get("/api/v1/orders?count=true")["count"] == 5
    for number, order in made.items():
        assert service.order(number).headers["Idempotency-Replayed"] == "true"
        assert [row["to"] for row in service.get(f"/api/v1/orders/{order}/history")["items"]] == [1, 2]
    wanted = {event["id"] for event in service.get("/api/v1/events")["items"]}
    assert len(wanted) == 10
    requests = sink.wait(lambda found: {one.id for one in found} >= wanted)
    assert {one.id for one in requests} == wanted
    assert in_order_per_order(requests)
    until(lambda: sum("Unexpected exit" in line for line in service.served.log) == 2)
    until(lambda: any("relay:run ended with code -9" in line for line in service.served.log))


def test_a_key_that_is_held_too_long_is_answered_409(start: Start, postgres_url: Any) -> None:
    import psycopg

    address = postgres_url()
    service = start("--no-relay", "--database", address)
    first = service.order("first").json()
    with psycopg.connect(address) as other:
        other.execute(
            "INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)"
            " SELECT namespace, 'held', digest, 201, '', subject, false, created_at FROM idempotency_claim"
        )
        refused = service.order("held")
        other.rollback()
    assert (refused.status_code, refused.json()["code"]) == (409, "in-progress")
    assert refused.headers["Retry-After"] == "5"
    made = service.order("held")
    assert made.status_code == 201
    assert made.json()["id"] != first["id"]
    assert service.get("/api/v1/orders?count=true")["count"] == 2


def move(service: Service, order: int) -> httpx.Response:
    """One step, repeated under one key until it is answered."""
    for _ in range(TRIES):
        try:
            return service.http.post(f"/api/v1/orders/{order}/next", headers={"Idempotency-Key": f"move-{order}"})
        except httpx.TransportError:
            _pause()
    raise AssertionError("the service does not come back")


def test_sigterm_lets_requests_and_the_relay_finish(start: Start, sink: Sink) -> None:
    service = start(env=subscribed(sink))
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(service.order, f"k{number}", 7, 1) for number in range(40)]
        answers[5].result()
        assert service.served.stop() == 0
        acknowledged = set()
        for answer in answers:
            try:
                found = answer.result()
            except (httpx.TransportError, AssertionError):
                continue
            acknowledged.add(found.json()["id"])
    again = start(env=subscribed(sink))
    kept = {order["id"] for order in again.get("/api/v1/orders?limit=200")["items"]}
    assert acknowledged <= kept
    sink.wait(lambda found: {json.loads(one.body)["data"]["order"]["id"] for one in found} >= kept)


def test_two_relays_share_the_work_without_sending_twice(start: Start, postgres_url: Any, sink: Sink) -> None:
    database = ["--database", postgres_url()]
    first = start(*database, env=subscribed(sink))
    start(*database, env=subscribed(sink))
    for number in range(20):
        first.order(f"k{number}")
    requests = sink.wait(lambda found: len({one.id for one in found}) == 20)
    assert len(requests) == 20


def test_configuration_is_checked_at_the_start(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("short")
    keys = json.dumps([{"client": "x", "scopes": ["orders:read"], "key_file": str(key_file)}])
    cases = {
        "BLUEPRINTS_ORDERS__KEYS": (keys, "32 to 128 visible"),
        "BLUEPRINTS_ORDERS__TRANSITIONS": ('{"completed": ["received"]}', "final"),
        "BLUEPRINTS_ORDERS__TIME_ZONE": ("Mars/Olympus", "no zone"),
        "BLUEPRINTS_ORDERS__CURRENCY": ("dollars", "no code"),
    }
    program = str(Path(sys.executable).parent / "blueprints")
    for name, (value, expected) in cases.items():
        done = subprocess.run(
            [program, "serve", "orders", "--port", "0"],
            env={**os.environ, name: value}, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert expected in done.stderr.splitlines()[-1]
