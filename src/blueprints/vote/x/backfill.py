"""Gaps of the stream, filled from recent search: once after a delay, and once more at the end of the vote."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from blueprints.errors import AuthError, UpstreamError
from blueprints.vote.core import moments
from blueprints.vote.core.queries import Query
from blueprints.vote.x import search
from blueprints.vote.x.client import Client
from blueprints.vote.x.problems import Limited, OutOfQuota

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk

BEFORE_MS = 60_000
"""Search is read from this long before the gap: what was on its way when the stream broke."""
ATTEMPTS = 4


class Backfill:
    def __init__(self, client: Client, desk: "Desk", queries: Sequence[Query], delay_s: float) -> None:
        self.client = client
        self.desk = desk
        self.queries = queries
        self.delay_s = delay_s
        self._running: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def schedule(self, gap: int) -> None:
        """Fill a closed gap once its delay is over, beside the stream."""
        task = asyncio.get_running_loop().create_task(self._later(gap))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._failed.done():
            self._failed.set_exception(error)

    async def failure(self) -> None:
        """Wait for a filling to fail for good (budget, database), and raise that."""
        await self._failed

    async def _later(self, gap: int) -> None:
        await self._settled(gap)
        await self.fill(gap)

    async def _settled(self, gap: int) -> None:
        """Wait until search can know what was posted in the gap."""
        end_ms = self.desk.ledger.gaps()[gap].end_ms or self.desk.now_ms()
        await asyncio.sleep(max(0.0, (end_ms - self.desk.now_ms()) / 1000 + self.delay_s))

    async def cancel(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._failed.cancel()

    async def fill_all(self) -> None:
        """Read every gap once more: late posts of the filled ones, all of the others."""
        for number in self.desk.ledger.gaps():
            await self._settled(number)
            await self.fill(number)

    async def fill(self, number: int) -> None:
        """Read search over one gap and mark it filled; when X does not answer, it stays as it is."""
        gap = self.desk.ledger.gaps()[number]
        end_ms = self.desk.now_ms() if gap.end_ms is None else gap.end_ms
        if gap.end_ms is None:
            self.desk.close_gap(number, end_ms)  # a crash left it open
        window_start_ms = self.desk.tally.matcher.window.start_ms or 0
        start_ms = search.reachable(max(gap.start_ms - BEFORE_MS, window_start_ms), self.desk.now_ms())
        if start_ms >= end_ms or await self._read(start_ms, whole_second(end_ms)):
            self.desk.commit()
            self.desk.mark_gap(number, is_filled=True)

    async def _read(self, start_ms: int, end_ms: int) -> bool:
        """Whether search was read to its end; a few attempts, and as many waits for a limit as it takes."""
        failures = 0
        while True:
            try:
                await search.read(self.client, self.desk, self.queries, start_ms=start_ms, end_ms=end_ms)
            except Limited as error:
                await wait_for_limit(self.desk, error, self.delay_s * 4)
            except (UpstreamError, AuthError) as error:
                failures += 1
                if failures == ATTEMPTS or isinstance(error, AuthError | OutOfQuota):
                    self.desk.notice(f"a gap of the stream could not be filled: {error}")
                    return False
                await asyncio.sleep(self.delay_s / 15 * 2**failures)
            else:
                return True


def whole_second(moment_ms: int) -> int:
    """Rounded up: times of requests are whole seconds."""
    return -(-moment_ms // 1000) * 1000


async def wait_for_limit(desk: "Desk", error: Limited, otherwise_s: float) -> None:
    """Wait as long as X says, or `otherwise_s`, and say so; what has been counted stays in sight."""
    wait_s = otherwise_s if error.until_s is None else error.until_s - desk.now_ms() / 1000
    until_ms = desk.now_ms() + int(max(0.0, wait_s) * 1000)
    before = desk.status
    desk.say(f"{error}; waiting until {moments.whole(until_ms)}")
    await asyncio.sleep(max(0.0, wait_s))
    desk.say(before)
