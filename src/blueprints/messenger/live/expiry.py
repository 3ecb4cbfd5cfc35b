"""Ends messages at their deadlines, by the worker's own timer."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from blueprints.messenger.live.deadlines import Deadlines
from blueprints.messenger.live.frames import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from blueprints.messenger.live.audience import Audience
    from blueprints.messenger.live.frames import MessageFrame
    from blueprints.messenger.live.offset import Offset

GATHER_S = 0.06
"""For how long ends are gathered into one event; the contract allows 100 ms."""


class Expiry:
    def __init__(self, audience: Audience, offset: Offset, purge: Callable[[], None]) -> None:
        self.audience, self.offset, self.purge = audience, offset, purge
        self.deadlines = Deadlines()
        self.ended: defaultdict[str, list[str]] = defaultdict(list)
        """Ids by room that pages have not been told of."""
        self.timer: asyncio.TimerHandle | None = None
        self.flusher: asyncio.TimerHandle | None = None

    def add(self, frame: MessageFrame) -> None:
        self.deadlines.add(frame)
        if self.timer is None or self.deadlines.next_ms() == frame.expires_ms:
            self.arm()

    def arm(self) -> None:
        """Set the timer for the next deadline, as far as the store's clock is known."""
        if self.timer:
            self.timer.cancel()
            self.timer = None
        next_ms = self.deadlines.next_ms()
        if next_ms is not None:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(self.offset.delay_s(next_ms, loop.time()), self._end)

    def flush(self, room: str) -> None:
        """Tell the pages of a room at once."""
        if ids := self.ended.pop(room, None):
            self.audience.send(room, event("expired", {"room": room, "ids": ids}))

    def stop(self) -> None:
        for handle in (self.timer, self.flusher):
            if handle:
                handle.cancel()
        self.timer = self.flusher = None

    def _end(self) -> None:
        loop = asyncio.get_running_loop()
        self.timer = None
        ended = self.deadlines.due(self.offset.now_ms(loop.time()))
        for frame in ended:
            self.ended[frame.room].append(frame.id)
        if ended and self.flusher is None:
            self.flusher = loop.call_later(GATHER_S, self._flush)
        self.arm()

    def _flush(self) -> None:
        self.flusher = None
        for room in list(self.ended):
            self.flush(room)
        self.purge()
