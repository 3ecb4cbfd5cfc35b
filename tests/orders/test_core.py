"""The rules without a service."""

from decimal import Decimal

import pytest

from blueprints.orders.core import statuses, totals
from blueprints.orders.core.errors import (
    BadTransitions,
    IllegalTransition,
    TotalMismatch,
    TotalTooLarge,
    UnknownStatus,
)
from blueprints.orders.core.statuses import PUBLISHED, Status

R, P, PC, S, C, X = Status


def test_the_published_table() -> None:
    assert {status: set(following) for status, following in PUBLISHED.items()} == {
        R: {P, X}, P: {PC}, PC: {S}, S: {C}, C: set(), X: set()
    }  # fmt: skip
    assert [(status.value, status.label) for status in Status] == [
        (1, "Received"), (2, "Processing"), (3, "Payment complete"), (4, "Shipping"), (5, "Completed"), (6, "Cancelled")
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["4", "shipping", " Shipping ", "SHIPPING"])
def test_a_status_by_word_or_code(text: str) -> None:
    assert statuses.parse(text) is S


def test_payment_complete_in_any_spelling() -> None:
    assert {statuses.parse(text) for text in ("payment_complete", "Payment complete", "payment-complete", "3")} == {PC}


@pytest.mark.parametrize("text", ["", "0", "7", "lost", "01"])
def test_no_status(text: str) -> None:
    with pytest.raises(UnknownStatus, match="there are 1 received"):
        statuses.parse(text)


def test_walking_takes_every_status_between() -> None:
    assert statuses.walk(PUBLISHED, R, C) == [P, PC, S, C]
    assert statuses.walk(PUBLISHED, R, X) == [X]
    wider = statuses.table({"received": ["shipping", "processing"], "processing": []})
    assert statuses.walk(wider, R, S) == [S]
    assert statuses.walk(wider, R, C) == [S, C]


@pytest.mark.parametrize(("present", "target"), [(R, R), (R, S), (S, P), (C, R), (X, R), (X, X), (P, X)])
def test_single_steps_outside_the_table_are_refused(present: Status, target: Status) -> None:
    with pytest.raises(IllegalTransition) as error:
        statuses.step(PUBLISHED, present, target)
    assert error.value.allowed == [status.word for status in PUBLISHED[present]]


@pytest.mark.parametrize(("present", "target"), [(R, R), (S, P), (C, S), (X, P), (P, X)])
def test_walks_do_not_go_back_or_out_of_a_final_status(present: Status, target: Status) -> None:
    with pytest.raises(IllegalTransition):
        statuses.walk(PUBLISHED, present, target)


def test_the_next_step_never_cancels() -> None:
    assert [statuses.following(PUBLISHED, status) for status in (R, P, PC, S)] == [P, PC, S, C]
    for final in (C, X):
        with pytest.raises(IllegalTransition, match=f"already {final.word}"):
            statuses.following(PUBLISHED, final)
    with pytest.raises(IllegalTransition, match="cannot go on; allowed: cancelled"):
        statuses.following(statuses.table({"received": ["cancelled"]}), R)


def test_configuration_opens_steps_but_never_final_statuses() -> None:
    wider = statuses.table({"processing": ["payment_complete", "cancelled", "received"]})
    assert statuses.step(wider, P, X) == [X]
    assert statuses.step(wider, P, R) == [R]
    assert wider[R] == PUBLISHED[R]
    refused = [("completed", "received"), ("lost", "received"), ("received", "lost"), ("received", "received")]
    for status, following in refused:
        with pytest.raises(BadTransitions, match=r"orders\.transitions"):
            statuses.table({status: [following]})
    assert statuses.table({"completed": []})[C] == ()


def test_a_dead_end_refuses_the_walk() -> None:
    with pytest.raises(IllegalTransition, match="cannot become completed; allowed: cancelled"):
        statuses.walk(statuses.table({"received": ["cancelled"]}), R, C)
    with pytest.raises(IllegalTransition, match="allowed: nothing"):
        statuses.step(statuses.table({"received": []}), R, P)


def test_totals_are_exact() -> None:
    assert totals.total([(1, Decimal("10.00")), (3, Decimal("5.5"))]) == Decimal("26.50")
    assert str(totals.total([(3, Decimal("0.1"))], Decimal("0.3"))) == "0.30"
    with pytest.raises(TotalMismatch, match=r"190\.00.*44\.00"):
        totals.total([(2, Decimal(10)), (2, Decimal(12))], Decimal(190))
    with pytest.raises(TotalTooLarge):
        totals.total([(2, Decimal("9999999.99"))])
