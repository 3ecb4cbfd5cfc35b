"""Polled counts: totals only, no accounts, one request for each candidate; a popular vote for cents."""

from typing import TYPE_CHECKING, Any, ClassVar

from blueprints.errors import AuthError, BlueprintsError, UpstreamError
from blueprints.vote.core import moments
from blueprints.vote.core.queries import Query, counting
from blueprints.vote.sources import Task

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk
    from blueprints.vote.x.client import Client
    from blueprints.vote.x.tokens import Tokens


class Source:
    every_s: ClassVar[float | None] = 60.0
    is_recorded: ClassVar[bool] = False
    sees_posts: ClassVar[bool] = False

    def __init__(self, task: Task) -> None:
        self.task = task
        self.queries: list[Query] = []

    def prepare(self) -> None:
        self.queries = counting(self.task.matcher.candidates, self.task.matcher.rules, self.task.config.x.query_length)
        self._tokens().check_any()

    def _tokens(self) -> "Tokens":
        from blueprints.vote.x.tokens import Tokens

        return Tokens(self.task.config)

    async def run(self, desk: "Desk") -> None:
        from blueprints.vote.x.backfill import whole_second
        from blueprints.vote.x.client import Client
        from blueprints.vote.x.polling import Rhythm

        client = Client(self.task.config.x, self._tokens().any)
        rhythm = Rhythm(desk, self.task.every_s, self.task.config.x.drain.total_seconds())
        desk.say("waiting for the first poll")
        while await rhythm.next():
            await self._poll(client, desk, None)
        end_ms = whole_second(desk.end_ms or desk.now_ms())
        failures = await self._poll(client, desk, end_ms)
        if failures:
            start_ms = self.task.matcher.window.start_ms or end_ms
            candidates = "1 candidate" if len(failures) == 1 else f"{len(failures)} candidates"
            desk.open_gap(start_ms, f"counts of {candidates} failed at the end", end_ms)
            raise UpstreamError(f"the last counts of {candidates} failed: {failures[0]}")

    async def _poll(self, client: "Client", desk: "Desk", end_ms: int | None) -> list[BlueprintsError]:
        """Ask for the whole window for each candidate; one that fails keeps its total, with its time."""
        from blueprints.vote.x.backfill import wait_for_limit
        from blueprints.vote.x.problems import Limited, OutOfQuota
        from blueprints.vote.x.search import SETTLE_MS

        failures: list[BlueprintsError] = []
        if end_ms is None and desk.now_ms() - (self.task.matcher.window.start_ms or 0) < SETTLE_MS:
            return failures  # the last poll is made in any case: what it cannot have is a failure
        for query in self.queries:
            label = self.task.matcher.candidates[query.candidates[0]].label
            try:
                desk.set_total(query.candidates[0], await self._count(client, desk, query.text, end_ms))
            except (OutOfQuota, AuthError):
                raise
            except Limited as error:
                await wait_for_limit(desk, error, self.task.every_s)
                failures.append(error)
            except UpstreamError as error:
                desk.say(f"{label}: {error}")
                failures.append(error)
        desk.commit()
        if not failures:
            desk.say("connected")
        return failures

    async def _count(self, client: "Client", desk: "Desk", query: str, end_ms: int | None) -> int:
        """Posts in the window, all pages of minutes together."""
        start = moments.whole(self.task.matcher.window.start_ms)
        total = 0
        token: str | None = None
        while True:
            desk.check_affordable("count_requests")
            page = await client.counts(query, start_time=start, end_time=moments.whole(end_ms), next_token=token)
            desk.pay("count_requests")
            total += _total(page)
            token = (page.get("meta") or {}).get("next_token")
            if not token:
                return total


def _total(page: dict[str, Any]) -> int:
    """The sum over the buckets, or of the page's own total, in either spelling."""
    buckets = page.get("data")
    if isinstance(buckets, list):
        return sum(_number(bucket, "tweet_count", "post_count") for bucket in buckets)
    return _number(page.get("meta"), "total_tweet_count", "total_post_count")


def _number(found: Any, *names: str) -> int:
    values = (found.get(name) for name in names) if isinstance(found, dict) else ()
    return next((value for value in values if isinstance(value, int)), 0)
