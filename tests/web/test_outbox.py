"""Events: who gets them, in which order, and what becomes of attempts that fail."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from standardwebhooks import Webhook

from blueprints import http
from blueprints.errors import ConfigError
from blueprints.web import webhooks
from blueprints.web.config import RelayConfig, SubscriberConfig
from blueprints.web.outbox import claims, events, relay, subscribers
from blueprints.web.outbox.lane import Lane, connect
from blueprints.web.outbox.models import Delivery, Event, Subscriber

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPTIONS = RelayConfig(jitter=0.0, schedule=[timedelta(), timedelta(seconds=5), timedelta(minutes=5)])


class Receiver:
    """A subscriber that answers as told and keeps what it was sent."""

    def __init__(self, *answers: int | httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer)

    @property
    def types(self) -> list[str]:
        return [json.loads(request.content)["type"] for request in self.requests]


class Endless(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self.parts


@pytest.fixture
def sink(db: None, service: Callable[..., Any]) -> Subscriber:
    service("orders")
    return subscribers.keep(SubscriberConfig("sink", "https://sink.example/hook", events=["order.*"]))


def deliver(subscriber: Subscriber, receiver: Receiver, options: RelayConfig = OPTIONS) -> int:
    """One batch, as a lane of the relay would send it."""
    lane = Lane(subscriber.pk, "host/1/test", threading.Event(), options)
    client = http.client("subscriber", retries=0, transport=httpx.MockTransport(receiver))
    with ThreadPoolExecutor(2) as pool:
        return lane.deliver(subscriber, client, pool)


def states(subscriber: Subscriber) -> list[str]:
    return list(subscriber.deliveries.order_by("event_id").values_list("state", flat=True))


def test_an_event_reaches_those_who_want_its_type(sink: Subscriber) -> None:
    for name, types in (("all", ["*"]), ("one", ["order.shipped"]), ("other", ["store.*"]), ("off", ["*"])):
        subscribers.keep(SubscriberConfig(name, "https://x.example", events=types))
    Subscriber.objects.filter(name="off").update(enabled=False)
    events.publish("order.shipped", {}, "order:1")
    events.publish("order_other", {}, "order:1")
    found = [(one.event.type, one.subscriber.name) for one in Delivery.objects.order_by("event_id", "subscriber__name")]
    assert found == [
        ("order.shipped", "all"), ("order.shipped", "one"), ("order.shipped", "sink"), ("order_other", "all")
    ]  # fmt: skip


def test_what_is_sent_is_signed_and_complete(sink: Subscriber) -> None:
    uid = events.publish("order.received", {"order": {"id": 1, "name": "Žofie"}}, "order:1")
    receiver = Receiver()
    assert deliver(sink, receiver) == 1
    request = receiver.requests[0]
    assert request.headers["webhook-id"] == uid
    assert request.headers["content-type"] == "application/json"
    sent = Webhook(sink.secret).verify(request.content, dict(request.headers))
    assert set(sent) == {"type", "timestamp", "data"}
    assert sent["data"]["order"]["name"] == "Žofie"
    found = Delivery.objects.get()
    assert (found.state, found.attempts, found.last_status) == ("delivered", 1, 200)
    assert deliver(sink, receiver) == 0


def test_events_of_one_key_wait_for_each_other(sink: Subscriber) -> None:
    for number in (1, 2, 3):
        events.publish(f"order.step{number}", {}, "order:1")
    events.publish("order.other", {}, "order:2")
    receiver = Receiver()
    assert deliver(sink, receiver) == 2
    assert sorted(receiver.types) == ["order.other", "order.step1"]
    assert deliver(sink, Receiver(500)) == 1
    assert deliver(sink, receiver) == 0
    assert states(sink) == ["delivered", "waiting", "waiting", "delivered"]


def test_failed_attempts_follow_the_schedule_until_dead(sink: Subscriber) -> None:
    events.publish("order.received", {}, "order:1")
    uid = Event.objects.get().uid
    events.publish("order.shipped", {}, "order:1")
    receiver = Receiver(500, httpx.ConnectError("refused"), 302, 200)
    moment = datetime.now(UTC)
    for pause, state in ((timedelta(), "waiting"), (timedelta(seconds=5), "waiting"), (timedelta(minutes=5), "dead")):
        moment += pause
        with time_machine.travel(moment + timedelta(seconds=1), tick=False):
            assert deliver(sink, receiver) == 1
            assert deliver(sink, Receiver()) == (state == "dead")
        moment += timedelta(seconds=1)
        assert states(sink)[0] == state
    assert {request.headers["webhook-id"] for request in receiver.requests} == {uid}
    dead = sink.deliveries.order_by("event_id")[0]
    assert (dead.attempts, dead.last_status) == (3, 302)
    assert states(sink) == ["dead", "delivered"]
    assert subscribers.requeue(Delivery.objects.all()) == 1
    assert deliver(sink, Receiver()) == 1
    assert states(sink) == ["delivered", "delivered"]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (httpx.Response(503, headers={"Retry-After": "60"}), 60),
        (httpx.Response(429, headers={"Retry-After": "Sun, 22 Nov 2026 12:01:30 GMT"}), 90),
        (httpx.Response(503, headers={"Retry-After": "1"}), 5),
        (httpx.Response(503, headers={"Retry-After": "soon"}), 5),
        (httpx.Response(503, headers={"Retry-After": "Sun, 22 Nov 2026 12:01:30"}), 5),
        (httpx.Response(503, headers={"Retry-After": "9" * 30}), 86_400),
        (httpx.Response(500, headers={"Retry-After": "60"}), 5),
        (httpx.Response(503), 5),
    ],
)
def test_a_subscriber_may_ask_for_a_pause(sink: Subscriber, answer: httpx.Response, seconds: int) -> None:
    with time_machine.travel(NOW, tick=False):
        events.publish("order.received", {}, "order:1")
        deliver(sink, Receiver(answer))
    assert Delivery.objects.get().next_attempt_at == NOW + timedelta(seconds=seconds)


def test_gone_ends_the_subscription(sink: Subscriber) -> None:
    events.publish("order.received", {}, "order:1")
    deliver(sink, Receiver(410))
    sink.refresh_from_db()
    assert not sink.enabled
    assert states(sink) == ["dead"]
    events.publish("order.received", {}, "order:2")
    assert Delivery.objects.count() == 1


def test_claims_that_ended_are_sent_again_under_the_same_id(sink: Subscriber) -> None:
    events.publish("order.received", {}, "order:1")
    now = datetime.now(UTC)
    lost = claims.claim(sink.pk, claims.new_owner(), now, OPTIONS.lease, 10)
    assert [one.state for one in lost] == ["sending"]
    assert deliver(sink, Receiver()) == 0
    assert claims.release_expired(now) == 0
    assert claims.release_expired(now + timedelta(seconds=61)) == 1
    Delivery.objects.update(next_attempt_at=now)
    receiver = Receiver()
    deliver(sink, receiver)
    assert receiver.requests[0].headers["webhook-id"] == lost[0].event.uid


def test_a_result_that_comes_too_late_changes_nothing(sink: Subscriber) -> None:
    events.publish("order.received", {}, "order:1")

    def take_over(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500)

    lane = Lane(sink.pk, "host/1/slow", threading.Event(), OPTIONS)
    client = http.client("subscriber", retries=0, transport=httpx.MockTransport(take_over))
    batch = claims.claim(sink.pk, "host/1/slow", datetime.now(UTC), OPTIONS.lease, 10)
    Delivery.objects.update(owner="host/2/quick")
    from blueprints.web.outbox.lane import note, send

    note(sink, lane.owner, batch, [send(client, sink, batch[0])], OPTIONS)
    assert Delivery.objects.get().owner == "host/2/quick"


def test_a_slow_subscriber_is_sent_no_more_than_a_lease_allows(sink: Subscriber) -> None:
    for number in range(20):
        events.publish("order.received", {}, f"order:{number}")
    start = datetime.now(UTC) + timedelta(seconds=1)
    with time_machine.travel(start, tick=False) as moment:
        one_at_a_time = threading.Lock()

        class Slow(Receiver):
            def __call__(self, request: httpx.Request) -> httpx.Response:
                with one_at_a_time:
                    moment.shift(OPTIONS.timeout)
                    return super().__call__(request)

        slow = Slow(*[500] * 20)
        assert deliver(sink, slow) == 20
        assert 1 <= len(slow.requests) <= 5
        begun = len(slow.requests)
        assert sink.deliveries.filter(state="waiting", attempts=1).count() == begun
        left = sink.deliveries.filter(state="waiting", attempts=0, owner="", lease_until=None)
        assert left.count() == 20 - begun
        assert deliver(sink, Receiver()) >= 20 - begun
        assert not left.exists()


def test_an_answer_without_end_holds_up_nobody(sink: Subscriber) -> None:
    events.publish("order.received", {}, "order:1")
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"x" * 16_384

    assert deliver(sink, Receiver(httpx.Response(200, stream=Endless(endless())))) == 1
    assert states(sink) == ["delivered"]
    assert given < 10


def test_claims_of_a_dead_predecessor_are_taken_over_at_once(sink: Subscriber) -> None:
    for number, owner in enumerate(("elsewhere/1/a", f"{claims.new_owner()}", "x", "")):
        events.publish("order.received", {}, f"order:{number}")
        Delivery.objects.filter(state="waiting").update(state="sending", owner=owner, lease_until=NOW)
    import socket

    events.publish("order.received", {}, "order:9")
    host = socket.gethostname()[:80]
    Delivery.objects.filter(state="waiting").update(state="sending", owner=f"{host}/{2**22 + 1}/a", lease_until=NOW)
    assert claims.release_dead(datetime.now(UTC)) == 2
    assert states(sink) == ["sending", "waiting", "sending", "sending", "waiting"]


def test_a_replay_sends_everything_since_then_once_more(sink: Subscriber) -> None:
    with time_machine.travel(NOW, tick=False):
        events.publish("order.received", {}, "order:1")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        events.publish("order.shipped", {}, "order:1")
        events.publish("other", {}, "x")
    deliver(sink, Receiver())
    late = subscribers.keep(SubscriberConfig("late", "https://late.example", events=["order.*"]))
    assert subscribers.replay(late, NOW) == 2
    assert subscribers.replay(sink, NOW + timedelta(minutes=30)) == 1
    receiver = Receiver()
    assert deliver(late, receiver) + deliver(late, receiver) == 2
    assert receiver.types == ["order.received", "order.shipped"]


def test_old_deliveries_are_forgotten_and_dead_ones_kept(sink: Subscriber) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=31)
    with time_machine.travel(long_ago, tick=False):
        for number in range(3):
            events.publish("order.received", {}, f"order:{number}")
        deliver(sink, Receiver())
    Delivery.objects.filter(event__key="order:1").update(state="dead")
    events.publish("order.received", {}, "order:9")
    assert relay.purge() == 2
    assert set(Event.objects.values_list("key", flat=True)) == {"order:1", "order:9"}


def test_the_former_secret_signs_for_a_day_after_a_rotation(sink: Subscriber) -> None:
    former = sink.secret
    with time_machine.travel(NOW, tick=False):
        fresh = subscribers.rotate(sink)
        events.publish("order.received", {}, "order:1")
        receiver = Receiver()
        deliver(sink, receiver)
    headers = dict(receiver.requests[0].headers)
    for secret in (former, fresh):
        assert webhooks.verify([secret], headers, receiver.requests[0].content, NOW)
    assert subscribers.secrets(sink, NOW + timedelta(hours=25)) == [fresh]


@pytest.mark.parametrize("types", [[], ["Order"], ["a b"], [""], ["*.x"], ["x" * 500]])
def test_wrong_types_of_events_are_refused(db: None, types: list[str]) -> None:
    with pytest.raises(ConfigError):
        subscribers.keep(SubscriberConfig("x", "https://x.example", events=types))


def test_a_test_event_goes_to_one_subscriber_alone(sink: Subscriber) -> None:
    subscribers.keep(SubscriberConfig("other", "https://x.example", events=["*"]))
    events.publish_to(sink, "subscriber.test", {}, "test:1")
    assert [one.subscriber for one in Delivery.objects.all()] == [sink]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "http://10.1.2.3/", "http://169.254.169.254/"],
)
def test_private_networks_are_refused_unless_configured(sink: Subscriber, url: str) -> None:
    sink.url, sink.pinned = url, False
    sink.save()
    events.publish("order.received", {}, "order:1")
    import threading

    with connect(sink, OPTIONS) as client, ThreadPoolExecutor(1) as pool:
        assert Lane(sink.pk, "host/1/t", threading.Event(), OPTIONS).deliver(sink, client, pool) == 1
    assert "private network" in Delivery.objects.get().last_error
