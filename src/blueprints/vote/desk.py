"""The desk between a source and the books: everything that arrives is judged, counted, paid for and written here."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.terminal import escaped
from blueprints.vote.books import sessions
from blueprints.vote.books.ledger import Ledger, tally_of
from blueprints.vote.books.sessions import Session
from blueprints.vote.core import moments, posts
from blueprints.vote.core.costs import Kind, Spending
from blueprints.vote.core.result import Gap
from blueprints.vote.recording import Recorder

BATCH_S = 0.1
"""Posts wait at most this long for their transaction."""


class BudgetReached(BlueprintsError):
    """The vote has cost what it may cost."""


class Desk:
    """Used from one event loop. `deliver` never awaits; sources look at `ending` between two deliveries."""

    def __init__(self, session: Session, ledger: Ledger, spending: Spending, recorder: Recorder | None = None) -> None:
        self.session = session
        self.ledger = ledger
        self.tally = tally_of(session, ledger)
        self.spending = spending
        self.recorder = recorder
        self.rule_candidates: Mapping[str, int] = {}
        """Tag of a stream rule -> the one candidate it names."""
        self.status = "starting"
        """State of the connection, in words."""
        self.on_notice: Callable[[str], None] = lambda _text: None
        self.version = 0
        """Goes up with every change that a viewer could see."""
        self.wanted = asyncio.Event()
        """Set by a viewer who wants a polled source to fetch at once."""
        self._stop = asyncio.Event()
        self._stop_ms: int | None = None
        self._dirty_since: float | None = None
        self._billed_again: set[tuple[str, str]] = set()

    # time

    @staticmethod
    def now_ms() -> int:
        return moments.of(clock.now())

    @property
    def end_ms(self) -> int | None:
        """When the vote ends: the window's end, or the moment it was ended by hand; None while open."""
        ends = [one for one in (self.tally.matcher.window.end_ms, self._stop_ms) if one is not None]
        return min(ends, default=None)

    @property
    def is_stopped(self) -> bool:
        """Whether the vote was ended by hand."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the vote now, as if its time were over."""
        self._stop_ms = self.now_ms()
        self._stop.set()

    async def wait_until(self, moment_ms: int | None) -> None:
        """Sleep until a moment (None: for ever) or until the vote is ended by hand."""
        while not self._stop.is_set():
            left_s = 3600.0 if moment_ms is None else (moment_ms - self.now_ms()) / 1000
            if left_s <= 0:
                return
            try:
                await asyncio.wait_for(self._stop.wait(), min(left_s, 3600.0))
            except TimeoutError:
                continue

    async def wait_end(self) -> None:
        await self.wait_until(self.tally.matcher.window.end_ms)

    # what arrives

    def deliver(self, line: bytes, source: str, *, is_billed: bool = False) -> str | None:
        """Count the posts of one raw line; the name of a message that is no post, such as `operational-disconnect`."""
        if self.recorder is not None:
            self.recorder.write(line)
        self._touch()
        try:
            event = posts.event(line)
        except posts.Malformed:
            self.tally.malformed += 1
            return None
        self.enter(event.posts, source, event.rule_tags, is_billed=is_billed)
        return event.note

    def deliver_page(self, page: Mapping[str, Any], source: str) -> None:
        """Count the posts of a page of search, and pay for them."""
        if page.get("data") and self.recorder is not None:
            self.recorder.write(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode())
        self.enter(page.get("data") or [], source, is_billed=True)
        users = (page.get("includes") or {}).get("users") or []
        self.pay_users(str(user.get("id")) for user in users if isinstance(user, dict))

    def enter(
        self, listed: Iterable[Any], source: str, rule_tags: tuple[str, ...] = (), *, is_billed: bool = False
    ) -> None:
        """Judge, count and keep posts as X spells them; those of another form are counted as malformed."""
        self._touch()
        by_rule = [self.rule_candidates[tag] for tag in rule_tags if tag in self.rule_candidates]
        received_at = moments.exact(self.now_ms())
        for data in listed:
            try:
                post = posts.post(data)
            except posts.Malformed:
                self.tally.malformed += 1
                continue
            entry = self.tally.enter(post, received_at, source, by_rule)
            if entry is not None:
                self.ledger.add(entry)
            if is_billed:
                self._bill(post.id, received_at[:10], is_new=entry is not None)
            if self.ledger.is_full:
                self.commit()

    def set_total(self, candidate: int, votes: int) -> None:
        """Replace a candidate's total by what a source counted elsewhere."""
        self._touch()
        self.tally.votes[candidate] = votes
        self.tally.ballots = sum(self.tally.votes)
        self.ledger.source_totals[candidate] = (votes, moments.whole(self.now_ms()))

    # money

    def _bill(self, post_id: int, day: str, *, is_new: bool) -> None:
        """A post costs once a UTC day: one seen before costs again on another day."""
        if not is_new:
            known = (day, str(post_id))
            if self.ledger.received_day(post_id) == day or known in self._billed_again:
                return
            self._billed_again.add(known)
        self.pay("posts_read")

    def pay_users(self, ids: Iterable[str]) -> None:
        day = moments.exact(self.now_ms())[:10]
        for user in ids:
            if (day, f"user {user}") not in self._billed_again:
                self._billed_again.add((day, f"user {user}"))
                self.pay("users_read")

    def pay(self, kind: Kind, units: int = 1) -> None:
        self._touch()
        usd = self.spending.add(kind, units)
        self.ledger.spend(moments.exact(self.now_ms())[:10], kind, units, usd)

    def check_budget(self) -> None:
        """Raise BudgetReached once nothing is left; asked after every delivery and before every request."""
        if self.spending.is_exhausted:
            spent, budget = self.spending.usd, self.spending.budget_usd
            raise BudgetReached(f"the budget of ${budget} is reached: ${spent} spent, what had arrived is counted")

    def check_affordable(self, kind: Kind) -> None:
        """Raise BudgetReached when one unit more would pass the budget."""
        self.check_budget()
        if not self.spending.allows(kind):
            raise BudgetReached(f"the budget of ${self.spending.budget_usd} does not allow another request")

    # what is written

    def _touch(self) -> None:
        self.version += 1
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()

    def commit(self) -> None:
        """Write everything that is pending; raises StoreFailed."""
        self._dirty_since = None
        self.ledger.commit(self.tally, self.now_ms())

    def forget_pending(self) -> None:
        """Go back to what the books have, after a commit that failed."""
        self._dirty_since = None
        self.ledger = Ledger(self.ledger.connection, self.ledger.path, self.session)
        self.tally = tally_of(sessions.find(self.ledger.connection, str(self.session.id)), self.ledger)
        self.spending = self.ledger.spending(self.spending.prices, self.spending.budget_usd)

    async def keep_writing(self) -> None:
        """Commit whatever has waited long enough, until cancelled; raises StoreFailed."""
        while True:
            await asyncio.sleep(BATCH_S / 2)
            if self._dirty_since is not None and time.monotonic() - self._dirty_since >= BATCH_S / 2:
                self.commit()
            if self.recorder is not None:
                self.recorder.flush_due()

    # gaps and messages

    def open_gap(self, start_ms: int, reason: str, end_ms: int | None = None) -> int:
        self.version += 1
        return self.ledger.open_gap(Gap(start_ms, end_ms, reason))

    def close_gap(self, number: int, end_ms: int) -> None:
        self.version += 1
        self.ledger.close_gap(number, end_ms)

    def mark_gap(self, number: int, *, is_filled: bool) -> None:
        self.version += 1
        self.ledger.mark_gap(number, filled=is_filled)

    def say(self, status: str) -> None:
        """Show the state of the connection; it may quote X."""
        status = escaped(status)
        if status != self.status:
            self.status = status
            self.version += 1

    def notice(self, text: str) -> None:
        self.on_notice(escaped(text))
