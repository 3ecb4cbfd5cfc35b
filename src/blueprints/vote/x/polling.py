"""The rhythm of polled sources: at a fixed pace, at once when a viewer asks, and one last time at the end."""

import asyncio
from typing import TYPE_CHECKING

from blueprints.vote.x.search import SETTLE_MS

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk


class Rhythm:
    """`next` waits for the next poll; polls are counted from the start of the window, so that none drifts."""

    def __init__(self, desk: "Desk", every_s: float, drain_s: float) -> None:
        self.desk = desk
        self.every_ms = round(every_s * 1000)
        self.drain_ms = round(drain_s * 1000)
        self.due_ms = desk.now_ms() + self.every_ms

    async def next(self) -> bool:
        """True when it is time for a poll, False when it is time for the last one."""
        end_ms = self.desk.end_ms
        if end_ms is None or self.due_ms < end_ms:
            await self._wait(self.due_ms)
        else:
            await self._wait(end_ms)
        if not self._is_over():
            while self.due_ms <= self.desk.now_ms():
                self.due_ms += self.every_ms
            return True
        self.desk.say("the time is over, waiting for the last poll")
        if not self.desk.is_stopped:
            await self.desk.wait_until(self.desk.now_ms() + self.drain_ms)
        await self.settled()
        return False

    async def settled(self) -> None:
        """Wait until requests may ask for everything up to the end."""
        end_ms = self.desk.end_ms or self.desk.now_ms()
        await asyncio.sleep(max(0.0, (end_ms + min(SETTLE_MS, self.drain_ms + 1000) - self.desk.now_ms()) / 1000))

    def _is_over(self) -> bool:
        end_ms = self.desk.end_ms
        return self.desk.is_stopped or (end_ms is not None and self.desk.now_ms() >= end_ms)

    async def _wait(self, moment_ms: int) -> None:
        """Until the moment, the end, or a viewer's wish."""
        self.desk.wanted.clear()
        wish = asyncio.ensure_future(self.desk.wanted.wait())
        time = asyncio.ensure_future(self.desk.wait_until(moment_ms))
        try:
            await asyncio.wait({wish, time}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wish.cancel()
            time.cancel()
