"""Messages in the memory of one process; nothing of them survives it."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from blueprints import clock
from blueprints.messenger.core.messages import Message
from blueprints.messenger.core.positions import STEP, following
from blueprints.messenger.core.times import milliseconds
from blueprints.messenger.stores import (
    RETRY_S,
    Allowance,
    Batch,
    Draft,
    Entry,
    Kind,
    Notice,
    Order,
    Page,
    Posted,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from blueprints.messenger.stores import Presence


@dataclass(frozen=True)
class Settings:
    """The memory store has none."""


class Store:
    one_process = True

    def __init__(self, settings: Settings, capacity: int, replay_events: int) -> None:
        self.capacity = capacity
        self.messages: dict[str, Message] = {}
        """By id, in posting order."""
        self.rooms: dict[str, Shelf] = {}
        self.log: deque[Entry] = deque(maxlen=replay_events)
        self.retries: OrderedDict[str, tuple[int, str, str]] = OrderedDict()
        """Retry key to (until, message id, digest), in the order of their ends."""
        self.buckets: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """Sender to (as of, tokens), least recently used first."""
        self.born = self.head = self.floor = _now_ms() * STEP
        self.wake: Callable[[], None] = _nobody
        self.hear: Callable[[Notice], None] = _nobody

    async def open(self) -> list[str]:
        return []

    async def close(self) -> None:
        self.messages.clear()
        self.rooms.clear()

    async def now_ms(self) -> int:
        return _now_ms()

    async def post(self, draft: Draft, allowance: Allowance) -> Posted:
        now = _now_ms()
        if wait_ms := self._take(allowance, now):
            return Posted("flood", wait_ms=wait_ms)
        if repeat := self._repeat(draft, now):
            return repeat
        if len(self.messages) >= self.capacity:
            self._purge(now)
        if len(self.messages) >= self.capacity:
            return Posted("full")
        message = self._kept(draft, now)
        self.wake()
        return Posted("posted", message)

    async def take(self, allowance: Allowance) -> int:
        return self._take(allowance, _now_ms())

    async def get(self, id: str) -> Message | None:
        message = self.messages.get(id)
        return message if message and message.expires_ms > _now_ms() else None

    async def page(self, room: str, limit: int, order: Order, before: tuple[int, str] | None) -> Page:
        now = _now_ms()
        shelf = self.rooms.get(room) or Shelf()
        newest_first = shelf.by_posting(before) if order == "posted" else shelf.by_deadline(before)
        found = list(islice((message for message in newest_first if message.expires_ms > now), limit + 1))
        return Page(found[:limit][::-1], len(found) > limit, self.head, now)

    async def delete(self, message: Message, by: str) -> bool:
        if message.id not in self.messages:
            return False
        self._drop(message.id)
        self._append("deleted", message.room, message.id, _now_ms(), by)
        self.wake()
        return True

    async def purge(self) -> int:
        return self._purge(_now_ms())

    async def state(self) -> State:
        return State(list(self.messages.values()), list(self.log), self.floor, self.born, self.head, _now_ms())

    async def read(self, after: int, limit: int) -> Batch:
        now = _now_ms()
        # the wanted entries are the newest ones: look from the right
        newest = []
        for entry in reversed(self.log):
            if entry.position <= after:
                break
            newest.append(entry)
        entries = newest[::-1][:limit]
        known = (self.messages.get(entry.id) for entry in entries)
        texts = {message.id: message for message in known if message and message.expires_ms > now}
        return Batch(entries, texts, self.head, now, self.born, self.floor)

    async def tell(self, notice: Notice) -> None:
        self.hear(notice)

    async def listen(self, wake: Callable[[], None], hear: Callable[[Notice], None]) -> None:
        self.wake, self.hear = wake, hear
        await asyncio.Event().wait()

    async def presence(self, worker: str, own: Presence) -> Sequence[Presence]:
        return []

    def _take(self, allowance: Allowance, now: int) -> int:
        since, tokens = self.buckets.get(allowance.sender, (now, float(allowance.burst)))
        tokens = min(float(allowance.burst), tokens + max(0, now - since) * allowance.per_second / 1000)
        if tokens < 1:
            return max(1, round((1 - tokens) * 1000 / allowance.per_second))
        self.buckets[allowance.sender] = (now, tokens - 1)
        self.buckets.move_to_end(allowance.sender)
        return 0

    def _repeat(self, draft: Draft, now: int) -> Posted | None:
        until, first, digest = self.retries.get(draft.retry_key or "", (0, "", ""))
        if until <= now:
            return None
        if digest != draft.digest:
            return Posted("reused")
        message = self.messages.get(first)
        return Posted("repeat", message) if message and message.expires_ms > now else Posted("gone")

    def _kept(self, draft: Draft, now: int) -> Message:
        position = self._append("message", draft.room, draft.id, now)
        message = Message(
            draft.id,
            draft.room,
            draft.text,
            draft.author,
            draft.account,
            draft.email,
            draft.client_id,
            now,
            now + draft.lifetime_ms,
            position,
            draft.links,
        )
        self.messages[message.id] = message
        self.rooms.setdefault(message.room, Shelf()).add(message)
        if draft.retry_key:
            self.retries[draft.retry_key] = (now + RETRY_S * 1000, draft.id, draft.digest)
        return message

    def _append(self, kind: Kind, room: str, id: str, now: int, by: str = "") -> int:
        if len(self.log) == self.log.maxlen:
            self.floor = self.log[0].position if self.log else self.head
        self.head = following(self.head, now)
        self.log.append(Entry(self.head, kind, room, id, by))
        return self.head

    def _drop(self, id: str) -> None:
        message = self.messages.pop(id)
        shelf = self.rooms[message.room]
        shelf.remove(message)
        if not shelf.messages:
            del self.rooms[message.room]

    def _purge(self, now: int) -> int:
        due = [each for shelf in self.rooms.values() for each in shelf.take_due(now)]
        for each in due:
            del self.messages[each]
        for room in [slug for slug, shelf in self.rooms.items() if not shelf.messages]:
            del self.rooms[room]
        _forget(self.retries, now)
        _forget(self.buckets, now - RETRY_S * 1000)
        return len(due)


class Shelf:
    """The messages of a room in both orders."""

    __slots__ = ("deadlines", "messages")

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.deadlines: list[tuple[int, str]] = []

    def add(self, message: Message) -> None:
        self.messages[message.id] = message
        insort(self.deadlines, (message.expires_ms, message.id))

    def remove(self, message: Message) -> None:
        del self.messages[message.id]
        del self.deadlines[bisect_left(self.deadlines, (message.expires_ms, message.id))]

    def take_due(self, now: int) -> list[str]:
        count = bisect_right(self.deadlines, (now, "~"))
        due = [each for _, each in self.deadlines[:count]]
        del self.deadlines[:count]
        for each in due:
            del self.messages[each]
        return due

    def by_posting(self, before: tuple[int, str] | None) -> Iterator[Message]:
        """Newest first."""
        newest_first = reversed(self.messages.values())
        return newest_first if before is None else (each for each in newest_first if each.position < before[0])

    def by_deadline(self, before: tuple[int, str] | None) -> Iterator[Message]:
        """Longest to live first."""
        end = len(self.deadlines) if before is None else bisect_left(self.deadlines, before)
        return (self.messages[self.deadlines[index][1]] for index in range(end - 1, -1, -1))


def _forget(records: OrderedDict[str, Any], until_ms: int) -> None:
    """Remove records from the front, where the oldest are; each begins with its time."""
    while records and next(iter(records.values()))[0] <= until_ms:
        records.popitem(last=False)


def _now_ms() -> int:
    return milliseconds(clock.now())


def _nobody(*_: object) -> None:
    """Nobody listens yet."""
