"""Waiting for calls: in their order, several at once, no longer than allowed."""

import threading
from functools import partial

import pytest

from blueprints.fx.deadlines import Late, in_order, within


def test_several_calls_run_at_once_and_answer_in_their_order() -> None:
    together = threading.Barrier(3, timeout=60)

    def call(number: int) -> int:
        together.wait()
        return number

    assert list(in_order([partial(call, number) for number in range(6)], 3)) == list(range(6))


def test_no_more_than_allowed_are_begun() -> None:
    begun: list[int] = []
    results = in_order([partial(begun.append, number) for number in range(6)], 1)
    next(results)
    assert begun == [0]


def test_an_error_is_raised_in_its_place() -> None:
    def fails() -> int:
        raise ValueError("no")

    results = in_order([lambda: 1, fails, lambda: 3], 3)
    assert next(results) == 1
    with pytest.raises(ValueError, match="no"):
        next(results)


def test_a_call_that_takes_too_long_is_left() -> None:
    never = threading.Event()
    with pytest.raises(Late):
        within(0.01, lambda: never.wait(60))
    never.set()
