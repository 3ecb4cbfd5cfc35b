"""Commits of several threads in one: whoever comes while a commit is under way shares the next one.

A commit waits for the disk; four threads that each commit twice a mail would wait eight times. The first thread in
leads: it carries out what all have asked for in one transaction, then passes the lead on.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

T = TypeVar("T")


class _Entry:
    __slots__ = ("act", "done", "error", "lead", "result", "turn")

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act
        self.turn = threading.Event()
        self.done = False
        self.lead = False
        self.result: Any = None
        self.error: BaseException | None = None


class Ledger:
    """`transaction` is entered once for each group of writes, in the leading thread."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        self._transaction = transaction
        self._lock = threading.Lock()
        self._waiting: list[_Entry] = []
        self._led = False

    def do(self, act: Callable[[], T]) -> T:
        """Run `act` in a transaction; its result once that is committed, or its exception."""
        entry = _Entry(act)
        with self._lock:
            self._waiting.append(entry)
            entry.lead, self._led = not self._led, True
        if not entry.lead:
            entry.turn.wait()
        if entry.lead and not entry.done:
            self._lead()
        if entry.error is not None:
            raise entry.error
        return cast("T", entry.result)

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._led = heir is not None
            if heir is not None:
                heir.lead = True
                heir.turn.set()

    def _commit(self, group: list[_Entry]) -> None:
        try:
            with self._transaction():
                for entry in group:
                    entry.result = entry.act()
        except BaseException as error:  # noqa: BLE001 - every thread gets its own answer, and none waits for ever
            self._singly(group, error)
        for entry in group:
            entry.done = True
            entry.turn.set()

    def _singly(self, group: list[_Entry], error: BaseException) -> None:
        """One act spoiled the transaction of all: each gets its own."""
        if len(group) == 1:
            group[0].error = error
            return
        for entry in group:
            try:
                with self._transaction():
                    entry.result = entry.act()
            except BaseException as own:  # noqa: BLE001 - as above
                entry.error = own
