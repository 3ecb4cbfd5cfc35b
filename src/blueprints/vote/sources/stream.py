"""The filtered stream, live; what it misses is filled from recent search."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from blueprints.errors import UpstreamError
from blueprints.vote.core.queries import Query, packed
from blueprints.vote.core.reconnect import Pace
from blueprints.vote.sources import Task

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk
    from blueprints.vote.x.listening import Listening
    from blueprints.vote.x.rules import StreamRules
    from blueprints.vote.x.stream import Stream
    from blueprints.vote.x.tokens import Tokens


class Source:
    every_s: ClassVar[float | None] = None
    is_recorded: ClassVar[bool] = False
    sees_posts: ClassVar[bool] = True
    pace: ClassVar[Pace] = Pace()

    def __init__(self, task: Task) -> None:
        self.task = task
        self.queries: list[Query] = []
        self.searches: list[Query] = []

    def prepare(self) -> None:
        """Pack the rules; with reposts each candidate has its own, so that a matching rule can name it."""
        x, matcher = self.task.config.x, self.task.matcher
        rules = matcher.rules
        self.queries = packed(matcher.candidates, rules, x.rule_length, apart=rules.reposts)
        self.searches = packed(matcher.candidates, rules, x.query_length)
        self._tokens().check_app()

    def _tokens(self) -> "Tokens":
        from blueprints.vote.x.tokens import Tokens

        return Tokens(self.task.config)

    async def run(self, desk: "Desk") -> None:
        from blueprints.vote.x.backfill import Backfill
        from blueprints.vote.x.client import Client
        from blueprints.vote.x.listening import Listening
        from blueprints.vote.x.stream import Stream

        x, tokens = self.task.config.x, self._tokens()
        backfill = Backfill(Client(x, tokens.app), desk, self.searches, x.backfill_delay.total_seconds())
        stream = Stream(x, tokens.app, self.pace)
        listening = stream.listener = Listening(desk, backfill, self._rules(stream), self.queries)
        desk.check_budget()
        listening.open_silence(*self._silence(desk))
        try:
            if desk.end_ms is None or desk.now_ms() < desk.end_ms:
                await self._listen(desk, stream, listening)
            listening.finish()
            desk.say("filling gaps from search")
            await backfill.fill_all()
        finally:
            await backfill.cancel()
        if not all(gap.is_filled for gap in desk.ledger.gaps().values()):
            raise UpstreamError(f"a part of the vote was not heard and could not be filled ({listening.why})")

    def _silence(self, desk: "Desk") -> tuple[int, str]:
        """Since when nothing has been heard before the first connection, and why."""
        if self.task.resumed_ms is not None:
            return self.task.resumed_ms, "the vote was interrupted"
        start_ms = self.task.matcher.window.start_ms
        return (desk.now_ms() if start_ms is None else start_ms), "before the first connection"

    async def _listen(self, desk: "Desk", stream: "Stream", listening: "Listening") -> None:
        """Hear until the end of the vote and a while longer; our rules are gone afterwards, however it ends."""
        hearing = asyncio.ensure_future(self._hear(stream, listening))
        ending = asyncio.ensure_future(self._ending(desk))
        failing = asyncio.ensure_future(listening.backfill.failure())
        tasks = {hearing, ending, failing}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            failure = await listening.rules.remove()
            if failure:
                desk.notice(failure)

    async def _hear(self, stream: "Stream", listening: "Listening") -> None:
        await listening.create_rules(self.pace)
        await stream.listen()

    async def _ending(self, desk: "Desk") -> None:
        await desk.wait_end()
        if not desk.is_stopped:
            desk.say("listening for late posts")
            await desk.wait_until(desk.now_ms() + round(self.task.config.x.drain.total_seconds() * 1000))

    def _rules(self, stream: "Stream") -> "StreamRules":
        from blueprints.vote.books.lock import is_running
        from blueprints.vote.x.installation import installation
        from blueprints.vote.x.rules import StreamRules

        database = self.task.database
        return StreamRules(
            stream, installation(database.parent), self.task.session, lambda session: is_running(database, session)
        )
