"""What the vote does with what the stream says: posts to the desk, silences to the gaps."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from blueprints.errors import UpstreamError
from blueprints.vote.core import moments
from blueprints.vote.core.queries import Query
from blueprints.vote.core.reconnect import Backoff, Pace
from blueprints.vote.x.backfill import Backfill, wait_for_limit
from blueprints.vote.x.problems import Limited, OutOfQuota
from blueprints.vote.x.rules import StreamRules

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk


class Listening:
    """The stream's listener. A silence is a gap from the last byte to the next connection."""

    def __init__(self, desk: "Desk", backfill: Backfill, rules: StreamRules, queries: Sequence[Query]) -> None:
        self.desk = desk
        self.backfill = backfill
        self.rules = rules
        self.queries = queries
        self.heard_ms = 0
        """When the last byte came."""
        self.gap: int | None = None
        """The gap that is open now."""
        self.why = ""
        """Why the stream was lost last."""

    def open_silence(self, start_ms: int, reason: str) -> None:
        self.gap = self.desk.open_gap(start_ms, reason)
        self.why = reason

    async def create_rules(self, pace: Pace) -> None:
        """Create our rules, again and again while X has a passing problem."""
        backoff = Backoff(pace)
        while True:
            try:
                self.desk.rule_candidates = await self.rules.create(self.queries)
            except OutOfQuota:
                raise
            except Limited as error:
                await wait_for_limit(self.desk, error, backoff.limited(None))
            except UpstreamError as error:
                self.why = str(error)
                wait_s = backoff.refused()
                self.desk.say(f"{error}; trying again in {wait_s:g} s")
                await asyncio.sleep(wait_s)
            else:
                return

    async def connected(self) -> None:
        now_ms = self.heard_ms = self.desk.now_ms()
        self.desk.say("connected")
        if self.gap is not None:
            self.desk.close_gap(self.gap, now_ms)
            self.backfill.schedule(self.gap)
            self.gap = None

    async def read(self, lines: list[bytes]) -> None:
        self.heard_ms = self.desk.now_ms()
        for line in lines:
            name = self.desk.deliver(line, "stream", is_billed=True)
            if name is not None:
                self.why = name
                self.desk.notice(f"X says on the stream: {name}")
        self.desk.check_budget()

    async def heartbeat(self) -> None:
        self.heard_ms = self.desk.now_ms()

    async def lost(self, why: str, wait_s: float) -> None:
        self.why = why
        if self.gap is None:
            self.gap = self.desk.open_gap(self.heard_ms, why)
        nearest_ms = self.desk.now_ms() + round(wait_s * 1000) + 500  # what is shown is cut down to the second
        waiting = f"; trying again in {wait_s:.3g} s, at {moments.whole(nearest_ms)}"
        self.desk.say(f"{why}{waiting if wait_s >= 1 else ''}")

    async def rules_missing(self) -> None:
        """Somebody removed our rules: make them again."""
        self.desk.rule_candidates = await self.rules.create(self.queries)

    def finish(self) -> None:
        """Close a gap that is still open at the end of the vote."""
        if self.gap is not None:
            now_ms = self.desk.now_ms()
            self.desk.close_gap(self.gap, min(now_ms, self.desk.end_ms or now_ms))
            self.gap = None
