"""All streams of one worker, and what goes to them.

The hub follows the store's log: each new event is read once, encoded once and put into the queue of every stream of its
room. It knows all live messages, so it ends them by its own timer, also while the store is away.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from blueprints.messenger.core.positions import position as parsed
from blueprints.messenger.core.times import rfc3339
from blueprints.messenger.live.audience import Audience
from blueprints.messenger.live.expiry import Expiry
from blueprints.messenger.live.frames import MessageFrame, bye, event, resync
from blueprints.messenger.live.offset import Offset
from blueprints.messenger.live.presence import Readers
from blueprints.messenger.live.replay import Replay
from blueprints.messenger.stores import Down

if TYPE_CHECKING:
    from collections.abc import Callable

    from blueprints.messenger.live.frames import Frame
    from blueprints.messenger.live.stream import Stream
    from blueprints.messenger.stores import Batch, Entry, Store

HEARTBEAT_MS = 15_000
BATCH = 100
"""Events handed out before the streams get their turn; well below what may wait in a queue."""


class Hub:
    def __init__(self, store: Store, replay_events: int, purge: Callable[[], None] = lambda: None) -> None:
        self.store = store
        self.audience = Audience()
        self.offset = Offset()
        self.expiry = Expiry(self.audience, self.offset, purge)
        self.replay = Replay(replay_events)
        self.readers = Readers(self.audience)
        self.is_up = True
        self.is_closing = False
        self.following = asyncio.Lock()

    @property
    def now_ms(self) -> int:
        """The store's time."""
        return self.offset.now_ms(asyncio.get_running_loop().time())

    async def load(self) -> None:
        """Learn what the store holds; raises Down."""
        state = await self.store.state()
        self._learn(state.now_ms)
        self.replay.restart(state.entries, state.floor, state.born)
        self.audience.position = state.head
        self.expiry.deadlines.clear()
        for message in state.messages:
            self.expiry.add(MessageFrame(message))

    async def follow(self) -> None:
        """Hand out everything that is new in the log; the store's absence and return are told, never raised."""
        async with self.following:
            try:
                await self._catch_up()
            except Down:
                self._went_down()
            else:
                self._came_back()

    async def open(self, stream: Stream, resume: str | None) -> None:
        """Add a stream after what it missed since `resume`; from then on nothing is lost or doubled."""
        position = self.audience.position if resume is None else parsed(resume)
        if position is not None and position > self.audience.position:
            await self.follow()  # a list can be newer than what has been read here
        stream.backlog.extend(self._welcome(stream, position))
        self.audience.add(stream)
        self.readers.newcomers.add(stream)
        if self.is_closing:  # since it was let in
            _end(stream)

    def close(self, stream: Stream) -> None:
        self.audience.remove(stream)
        self.readers.newcomers.discard(stream)

    def dismiss(self, reason: str, account: str = "", session: str = "") -> None:
        """End the streams of an account, or of one session of it, with a word why."""
        streams = self.audience.streams
        theirs = [
            each for each in streams if (session and each.session == session) or (account and each.account == account)
        ]
        self.audience.close(theirs, bye(reason, 1000))

    def shut(self) -> None:
        """End all streams, because this worker stops."""
        self.is_closing = True
        for stream in list(self.audience.streams):
            _end(stream)

    def _welcome(self, stream: Stream, position: int | None) -> list[Frame]:
        head = self.audience.position
        hole = self.replay.hole(position)
        if not hole and position is not None and position > head:
            hole = "restart"
        start = head if hole or position is None else position
        hello = {"now": rfc3339(self.now_ms), "rooms": list(stream.rooms), "heartbeat": HEARTBEAT_MS}
        frames: list[Frame] = [event("hello", hello, start)]
        if not self.is_up:
            frames.append(event("status", {"store": "down"}))
        if hole:
            return [*frames, *(resync(room, hole, head) for room in stream.rooms)]
        return frames + self._missed(stream, start)

    def _missed(self, stream: Stream, position: int) -> list[Frame]:
        rooms = frozenset(stream.rooms)
        missed = (self._frame(entry) for entry in self.replay.after(position) if entry.room in rooms)
        return [frame for frame in missed if frame]

    def _frame(self, entry: Entry) -> Frame | None:
        """What a past event is now; nothing for a message that has ended since."""
        if entry.kind == "message":
            return self.expiry.deadlines.frames.get(entry.id)
        return _deleted(entry)

    async def _catch_up(self) -> None:
        while True:
            batch = await self.store.read(self.audience.position, BATCH)
            self._learn(batch.now_ms)
            if reason := self._loss(batch):
                await self._start_over(reason)
                return
            self._hand_out(batch)
            if len(batch.entries) < BATCH:
                return
            await asyncio.sleep(0)

    def _hand_out(self, batch: Batch) -> None:
        for entry in batch.entries:
            self.replay.add(entry)
            self.audience.position = entry.position
            self.expiry.flush(entry.room)
            if entry.kind == "deleted":
                self.expiry.deadlines.remove(entry.id)
                self.audience.send(entry.room, _deleted(entry))
            elif message := batch.texts.get(entry.id):
                frame = MessageFrame(message)
                self.expiry.add(frame)
                self.audience.send(entry.room, frame)

    def _loss(self, batch: Batch) -> str:
        """Why the log does not go on where this worker is; nothing if it does."""
        if batch.born != self.replay.born or batch.head < self.audience.position:
            return "restart"
        return "gap" if self.audience.position < batch.floor else ""

    async def _start_over(self, reason: str) -> None:
        await self.load()
        self.audience.resync(reason)

    def _went_down(self) -> None:
        if self.is_up:
            self.is_up = False
            self.audience.send_all(event("status", {"store": "down"}))

    def _came_back(self) -> None:
        if not self.is_up:
            self.is_up = True
            self.audience.send_all(event("status", {"store": "up"}))
            self.audience.resync("store")

    def _learn(self, store_ms: int) -> None:
        self.offset.learn(store_ms, asyncio.get_running_loop().time())


def _end(stream: Stream) -> None:
    stream.close(bye("shutdown", random.randrange(500, 2500)))  # noqa: S311 - spreads reconnects, no secret


def _deleted(entry: Entry) -> bytes:
    return event("deleted", {"room": entry.room, "id": entry.id, "by": entry.by}, entry.position)
