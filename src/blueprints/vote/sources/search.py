"""Recent search, polled: cheaper to set up than the stream, some seconds later."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from blueprints.errors import AuthError, UpstreamError
from blueprints.vote.core import snowflakes
from blueprints.vote.core.queries import Query, packed
from blueprints.vote.sources import Task

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk
    from blueprints.vote.x.client import Client
    from blueprints.vote.x.tokens import Tokens

OVERLAP_MS = 30_000
"""Each poll reads this much again: search learns of some posts late."""
QUIET_OVERLAP_MS = 60_000
"""After an answer without posts; what is older than that is known."""
LAST_ATTEMPTS = 4


class Source:
    every_s: ClassVar[float | None] = 15.0
    is_recorded: ClassVar[bool] = False
    sees_posts: ClassVar[bool] = True
    retry_s: ClassVar[float] = 5.0
    """At the end of the vote, after a failure; longer after each one."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.queries: list[Query] = []
        self.heard_ms = int(task.position or 0)
        """Up to when everything posted has been read."""

    def prepare(self) -> None:
        self.queries = packed(self.task.matcher.candidates, self.task.matcher.rules, self.task.config.x.query_length)
        self._tokens().check_any()

    def _tokens(self) -> "Tokens":
        from blueprints.vote.x.tokens import Tokens

        return Tokens(self.task.config)

    async def run(self, desk: "Desk") -> None:
        from blueprints.vote.x.client import Client
        from blueprints.vote.x.polling import Rhythm

        client = Client(self.task.config.x, self._tokens().any)
        self.heard_ms = self.heard_ms or self.task.matcher.window.start_ms or desk.now_ms()
        rhythm = Rhythm(desk, self.task.every_s, self.task.config.x.drain.total_seconds())
        desk.say("waiting for the first poll")
        while await rhythm.next():
            await self._poll(client, desk)
        await self._last_poll(client, desk)

    async def _poll(self, client: "Client", desk: "Desk") -> None:
        """One fetch; a passing failure is said and left to the next one."""
        from blueprints.vote.x.backfill import wait_for_limit
        from blueprints.vote.x.problems import Limited, OutOfQuota
        from blueprints.vote.x.search import SETTLE_MS

        if desk.now_ms() - self.heard_ms < SETTLE_MS:
            return
        try:
            await self._fetch(client, desk, None)
        except OutOfQuota:
            raise
        except Limited as error:
            await wait_for_limit(desk, error, self.task.every_s)
        except UpstreamError as error:
            desk.say(f"{error}; the next poll tries again")

    async def _fetch(self, client: "Client", desk: "Desk", end_ms: int | None) -> None:
        """Read what is new, with an overlap; the position moves on even when nothing is."""
        from blueprints.vote.x import search

        asked_ms = desk.now_ms()
        start_ms = search.reachable(self.heard_ms, asked_ms)
        newest = await search.read(client, desk, self.queries, start_ms=start_ms, end_ms=end_ms)
        position_ms = snowflakes.created_ms(newest) - OVERLAP_MS if newest else asked_ms - QUIET_OVERLAP_MS
        self.heard_ms = max(self.heard_ms, position_ms)
        desk.ledger.position = str(self.heard_ms)
        desk.commit()
        desk.say("connected")

    async def _last_poll(self, client: "Client", desk: "Desk") -> None:
        """Read up to the end, with some patience; what stays unread is a gap."""
        from blueprints.vote.x.backfill import wait_for_limit, whole_second
        from blueprints.vote.x.problems import Limited, OutOfQuota

        end_ms = whole_second(desk.end_ms or desk.now_ms())
        failures = 0
        while end_ms > self.heard_ms:
            try:
                await self._fetch(client, desk, end_ms)
            except Limited as error:
                await wait_for_limit(desk, error, self.task.every_s)
            except (UpstreamError, AuthError) as error:
                failures += 1
                if failures == LAST_ATTEMPTS or isinstance(error, AuthError | OutOfQuota):
                    desk.open_gap(self.heard_ms, str(error), end_ms)
                    raise
                await asyncio.sleep(self.retry_s * failures)
            else:
                return
