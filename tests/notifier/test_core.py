"""The rules: which event makes which mail, states, schedule, suppression, names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blueprints.notifier.core.decision import kind_of
from blueprints.notifier.core.flood import too_old
from blueprints.notifier.core.identity import mail_id, message_id
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.schedule import next_attempt
from blueprints.notifier.core.state import ended, settled
from blueprints.notifier.core.suppression import address_key, blocks, refused_for_good

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SCHEDULE = [timedelta(minutes=1), timedelta(minutes=5)]


def changed(to: int, passed_through: bool = False, name: str = "order.status_changed") -> dict[str, Any]:
    return {"type": name, "data": {"change": {"to": to, "passed_through": passed_through}}}


@pytest.mark.parametrize(
    ("source", "event", "kind"),
    [
        ("orders", changed(1, name="order.received"), "order_received"),
        ("orders", changed(2), "order_processing"),
        ("orders", changed(3), "order_payment_complete"),
        ("orders", changed(4), None),
        ("orders", changed(4, name="order.shipped"), "order_shipped"),
        ("orders", changed(5), None),
        ("orders", changed(5, name="order.completed"), "order_completed"),
        ("orders", changed(6, name="order.cancelled"), "order_cancelled"),
        ("orders", changed(2, passed_through=True), None),
        ("orders", changed(4, passed_through=True, name="order.shipped"), None),
        ("orders", changed(2) | {"type": "order.paid"}, None),
        ("orders", {"type": "order.status_changed"}, None),
        ("orders", {"type": "order.status_changed", "data": {"change": {"to": "2"}}}, None),
        ("orders", {"type": "store.price_drop", "data": {}}, None),
        ("store", {"type": "store.price_drop", "data": {}}, "price_drop"),
        ("store", {"type": "store.back_in_stock", "data": {}}, "back_in_stock"),
        ("store", {"type": "store.keys_ready", "data": {}}, "keys_ready"),
        ("store", changed(1, name="order.received"), None),
        ("store", changed(2), None),
        ("nobody", changed(1, name="order.received"), None),
        ("orders", {"type": ["order.received"], "data": []}, None),
    ],
)
def test_each_event_makes_its_mail_and_no_other(source: str, event: dict[str, Any], kind: str | None) -> None:
    assert kind_of(source, event) == kind


def test_a_silenced_kind_makes_no_mail() -> None:
    assert kind_of("orders", changed(2), silence=["order_processing"]) is None


def test_through_to_shipping_makes_one_mail_of_five_events() -> None:
    events = [
        changed(2, passed_through=True),
        changed(3, passed_through=True),
        changed(4),
        changed(4, name="order.shipped"),
    ]
    assert [kind for event in events if (kind := kind_of("orders", event))] == ["order_shipped"]


def test_waits_follow_the_schedule_with_jitter_and_end() -> None:
    assert next_attempt(1, NOW, SCHEDULE, 0.5) == NOW + timedelta(minutes=1)
    assert next_attempt(1, NOW, SCHEDULE, 0.0) == NOW + timedelta(seconds=48)
    assert next_attempt(2, NOW, SCHEDULE, 1.0) == NOW + timedelta(minutes=6)
    assert next_attempt(3, NOW, SCHEDULE, 0.5) is None


def test_sent_is_sent() -> None:
    found = settled(Outcome("sent", "250", "Ok"), 0, NOW, SCHEDULE, 0.5)
    assert (found.state, found.reason, found.due_at, found.counts) == ("sent", None, None, True)


def test_a_temporary_failure_is_planned_again_until_the_schedule_ends() -> None:
    failure = Outcome("failed", "451", "later")
    first = settled(failure, 0, NOW, SCHEDULE, 0.5)
    assert (first.state, first.reason, first.due_at) == ("failed", "451 later", NOW + timedelta(minutes=1))
    last = settled(failure, 2, NOW, SCHEDULE, 0.5)
    assert (last.state, last.reason, last.due_at) == ("dead", "given up after 3 attempts: 451 later", None)


@pytest.mark.parametrize("result", ["dead", "unknown"])
def test_dead_and_unknown_are_final(result: Any) -> None:
    found = settled(Outcome(result, "550", "no such user"), 0, NOW, SCHEDULE, 0.5)
    assert (found.state, found.reason, found.due_at, found.counts) == (result, "550 no such user", None, True)


@pytest.mark.parametrize(("attempts", "state"), [(0, "queued"), (2, "failed")])
def test_a_paused_channel_costs_no_attempt(attempts: int, state: str) -> None:
    found = settled(Outcome("paused", "535", "no"), attempts, NOW, SCHEDULE, 0.5)
    assert (found.state, found.due_at, found.counts) == (state, NOW, False)


def test_a_claim_without_its_sender_is_what_the_channel_says() -> None:
    assert ended("sent", NOW).state == "sent"
    assert (ended("queued", NOW).state, ended("queued", NOW).due_at) == ("queued", NOW)
    assert ended("unknown", NOW).state == "unknown"
    assert "resolve" in (ended("unknown", NOW).reason or "")


@pytest.mark.parametrize("cause", ["bad_address", "bounce", "staff"])
@pytest.mark.parametrize("kind", ["order_received", "price_drop"])
def test_a_bad_address_gets_nothing(cause: str, kind: str) -> None:
    assert blocks({cause}, kind)


def test_a_complaint_blocks_alerts_only() -> None:
    assert [blocks({"complaint"}, kind) for kind in ("price_drop", "back_in_stock", "order_received")] == [
        True,
        True,
        False,
    ]
    assert blocks({"complaint", "bounce"}, "order_received")
    assert not blocks(set(), "price_drop")


def test_addresses_are_compared_without_case() -> None:
    assert address_key(" Ada@Example.ORG ") == "ada@example.org"


def test_only_status_5_1_speaks_of_the_address() -> None:
    assert [refused_for_good(code) for code in ("5.1.1", "5.1.10", "5.7.1", "4.1.1", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_old_events_are_too_old_and_undated_requests_never() -> None:
    week = timedelta(days=7)
    assert too_old(NOW - timedelta(days=8), NOW, week)
    assert not too_old(NOW - timedelta(days=6), NOW, week)
    assert not too_old(None, NOW, week)


def test_ids_sort_by_time_and_fit_their_column() -> None:
    ids = [mail_id(ms, random) for ms, random in ((1, 2**80 - 1), (2, 0), (2, 1), (2**48 - 1, 0))]
    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {28}
    assert message_id("m_1", "shop.example") == "<m_1@shop.example>"
