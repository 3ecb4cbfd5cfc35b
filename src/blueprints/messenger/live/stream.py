"""What one reader has yet to be sent."""

import asyncio
from collections import deque
from collections.abc import Iterable

from blueprints.messenger.live.frames import Frame

MOST_WAITING = 256
"""Live events that may wait for a slow reader."""
CHUNK = 64 * 1024


class Stream:
    __slots__ = ("account", "address", "backlog", "closed", "queue", "rooms", "sent_s", "session", "waiter")

    def __init__(self, rooms: Iterable[str], address: str = "", account: str = "", session: str = "") -> None:
        self.rooms = tuple(dict.fromkeys(rooms))
        self.address, self.account, self.session = address, account, session
        self.backlog: deque[Frame] = deque()
        """What was missed before the stream opened; goes first."""
        self.queue: deque[Frame] = deque()
        self.closed = False
        self.sent_s = 0.0
        """When something was last taken, by the loop's clock."""
        self.waiter: asyncio.Future[None] | None = None

    @property
    def is_full(self) -> bool:
        return len(self.queue) >= MOST_WAITING

    def put(self, frame: Frame) -> None:
        self.queue.append(frame)
        self._wake()

    def replace(self, frames: Iterable[Frame]) -> None:
        """Give up on all that waits, which is too much, and send this instead."""
        self.backlog.clear()
        self.queue.clear()
        self.queue.extend(frames)
        self._wake()

    def close(self, last: bytes = b"") -> None:
        """End after what waits and a last word; without one, at once."""
        self.closed = True
        if last:
            self.queue.append(last)
        else:
            self.backlog.clear()
            self.queue.clear()
        self._wake()

    async def wait(self) -> None:
        """Until there is something to send, or the end."""
        if not (self.queue or self.backlog or self.closed):
            self.waiter = asyncio.get_running_loop().create_future()
            await self.waiter

    def take(self, now_ms: int) -> bytes:
        """The next piece, at most about 64 KiB; may be empty when all that waited has expired."""
        parts, size = [], 0
        for waiting in (self.backlog, self.queue):
            while waiting and size < CHUNK:
                frame = waiting.popleft()
                part = frame if type(frame) is bytes else frame.at(now_ms)  # type: ignore[union-attr]  # the other kind
                parts.append(part)
                size += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    @property
    def is_over(self) -> bool:
        return self.closed and not self.queue and not self.backlog

    def _wake(self) -> None:
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)
