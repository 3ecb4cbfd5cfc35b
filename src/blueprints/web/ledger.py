"""Commits of several threads in one: whoever comes while a commit is under way shares the next one.

A commit waits for the disk; threads that each commit their own would wait one after the other. The first thread in
leads: it carries out what all have asked for, then passes the lead on.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar, cast

A = TypeVar("A")
"""What a thread asks for."""
R = TypeVar("R")
"""What it is answered."""
T = TypeVar("T")


class _Entry(Generic[A]):
    __slots__ = ("asked", "done", "error", "result", "turn")

    def __init__(self, asked: A) -> None:
        self.asked = asked
        self.turn = threading.Lock()  # an Event does the same, and takes longer than the entry's share of the work
        self.turn.acquire()
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None


class Ledger(Generic[A, R]):
    """`carry_out` does a list of what was asked in one transaction, all or nothing, and gives an answer for each."""

    def __init__(self, carry_out: Callable[[Sequence[A]], Sequence[R]]) -> None:
        self._carry_out = carry_out
        self._lock = threading.Lock()
        self._waiting: list[_Entry[A]] = []
        self._led = False

    def do(self, asked: A) -> R:
        """The answer once it is committed, or the exception that is this request's own."""
        entry = _Entry(asked)
        with self._lock:
            self._waiting.append(entry)
            leads, self._led = not self._led, True
        if not leads:
            entry.turn.acquire()  # let go when it is done, or is the one to lead
        if not entry.done:
            self._lead()
        if entry.error is not None:
            raise entry.error
        return cast("R", entry.result)

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        finally:
            self._pass_on()
            for entry in group:
                entry.done = True
                entry.turn.release()

    def _pass_on(self) -> None:
        """The next group begins before this one's threads answer: the disk should not wait for them."""
        with self._lock:
            heir = self._waiting[0] if self._waiting else None
            self._led = heir is not None
        if heir is not None:
            heir.turn.release()

    def _commit(self, group: Sequence[_Entry[A]]) -> None:
        try:
            results = self._carry_out([entry.asked for entry in group])
        except BaseException as error:  # noqa: BLE001 - every thread gets its own answer, and none waits for ever
            self._singly(group, error)
            return
        for entry, result in zip(group, results, strict=True):
            entry.result = result

    def _singly(self, group: Sequence[_Entry[A]], error: BaseException) -> None:
        """One request spoiled the transaction of all: each gets its own."""
        if len(group) == 1:
            group[0].error = error
            return
        for entry in group:
            try:
                [entry.result] = self._carry_out([entry.asked])
            except BaseException as own:  # noqa: BLE001 - as above
                entry.error = own


class Shared:
    """Runs functions in `transaction`, in whichever thread leads: one function after the other, one commit for all."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        self._transaction = transaction
        self._ledger = Ledger(self._carry_out)

    def do(self, act: Callable[[], T]) -> T:
        """What `act` returns, once it is committed; it may run twice, where another one spoiled the transaction."""
        return cast("T", self._ledger.do(act))

    def _carry_out(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        with self._transaction():
            return [act() for act in acts]
