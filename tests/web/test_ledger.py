"""Commits of several threads in one, and each thread's own answer when one of them fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from blueprints.web.ledger import Shared
from tests.waiting import until


class Transactions:
    """Counts transactions; the first one waits until it is let go, so that the others gather behind it."""

    def __init__(self) -> None:
        self.count = 0
        self.entered = threading.Event()
        self.let_go = threading.Event()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.count += 1
        if self.count == 1:
            self.entered.set()
            assert self.let_go.wait(60)
        yield


def gathered(acts: list[Callable[[], Any]]) -> tuple[Transactions, list[Any]]:
    """Run the first act, and while it is at work all the others: what each thread got, a result or an exception."""
    transactions = Transactions()
    ledger = Shared(transactions)
    answers: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            answers[place] = ledger.do(acts[place])
        except BaseException as error:  # noqa: BLE001 - the answer of that thread
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    threads[0].start()
    assert transactions.entered.wait(60)
    for thread in threads[1:]:
        thread.start()
    until(lambda: len(ledger._ledger._waiting) == len(acts) - 1)
    transactions.let_go.set()
    for thread in threads:
        thread.join(60)
    return transactions, answers


def test_who_comes_during_a_commit_shares_the_next_one() -> None:
    transactions, answers = gathered([lambda n=n: n for n in range(5)])  # type: ignore[misc]  # a default binds the number
    assert answers == [0, 1, 2, 3, 4]
    assert transactions.count == 2


def test_one_that_fails_spoils_nobody_elses_write() -> None:
    transactions, answers = gathered([lambda: "first", lambda: 1 / 0, lambda: "third"])
    assert (answers[0], answers[2]) == ("first", "third")
    assert isinstance(answers[1], ZeroDivisionError)
    assert transactions.count == 4, "one alone, one shared that failed, then each its own"


def test_one_alone_gets_its_own_error_and_the_next_is_served() -> None:
    transactions = Transactions()
    transactions.let_go.set()
    ledger = Shared(transactions)
    with pytest.raises(ZeroDivisionError):
        ledger.do(lambda: 1 / 0)
    assert ledger.do(lambda: 7) == 7
