"""Votes by recent search and by counts: pages, positions, spellings, failures, money."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from blueprints.errors import AuthError, UpstreamError
from blueprints.vote.core import moments, snowflakes
from blueprints.vote.desk import Desk
from blueprints.vote.election import Election
from blueprints.vote.sources import search as search_source
from blueprints.vote.x.problems import OutOfQuota
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import Fault
from tests.vote.held import ago, hold, interrupted, until, votes

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_source.Source, "retry_s", 0.01)


def past(x: FakeX, author: int, text: str, seconds: float, **more: Any) -> None:
    x.post(author, text, at_ms=int((time.time() - seconds) * 1000), **more)


async def poll(x: FakeX, election: Election, part: str = "recent") -> None:
    """Ask for a poll and wait until its requests are through."""
    before = len(x.paths(part))
    committed = election.desk.version
    election.desk.wanted.set()
    await until(lambda: len(x.paths(part)) > before and election.desk.version > committed, "no poll")
    await until(lambda: not election.desk.wanted.is_set())


def search(x: FakeX, *polls: Any, tags: tuple[str, ...] = ("debian", "arch"), **typed: Any) -> dict[str, Any]:
    """A vote that began a minute ago; each of `polls` is done before a poll."""

    async def script(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)
        for prepare in polls:
            prepare()
            await poll(x, election)

    return hold(script, *tags, **{"source": "search", "from_": ago(60), **typed})


def test_all_pages_are_read_and_only_posts_of_the_window_count(x: FakeX) -> None:
    for author in range(250):
        past(x, author, "#debian" if author % 5 else "#arch", 30)
    past(x, 900, "#arch", 3000)
    x.page_size = 100
    found = search(x, lambda: None)
    assert votes(found) == {"debian": 200, "arch": 50}
    assert found["posts"]["seen"] == 250
    assert found["cost"]["usd"] == "1.250000"
    assert found["complete"] is True


def test_polls_overlap_and_nothing_counts_twice(x: FakeX) -> None:
    past(x, 1, "#debian", 40)
    found = search(x, lambda: None, lambda: past(x, 2, "#arch", 20), lambda: past(x, 3, "#arch", 35))
    assert votes(found) == {"debian": 1, "arch": 2}
    assert found["posts"]["duplicate"] > 0
    assert found["cost"]["posts_read"] == 3
    assert {query["sort_order"] for query in x.paths("search/recent")} == {"recency"}


def test_the_position_moves_on_after_an_empty_answer(x: FakeX) -> None:
    search(x, lambda: None, lambda: None, from_=ago(600))
    starts = [moments.ms(query["start_time"]) for query in x.paths("search/recent")]
    assert starts[1] >= starts[0] + 500_000


def test_reading_goes_on_half_a_minute_before_the_newest_post(x: FakeX) -> None:
    past(x, 1, "#debian", 100)
    search(x, lambda: None, lambda: None, from_=ago(600))
    newest_ms = snowflakes.created_ms(x.posts[0].id)
    assert x.paths("search/recent")[1]["start_time"] == moments.whole(newest_ms - 30_000)


def test_the_other_spelling_is_tried_once(x: FakeX) -> None:
    x.spelling = "post"
    for author in range(3):
        past(x, author + 10**13, "#debian", 30, history=["12", "13"])
    past(x, 77, "RT @x: #arch", 30, references=[{"type": "retweeted", "id": "1"}])
    found = search(x, lambda: None, lambda: None)
    assert votes(found) == {"debian": 3, "arch": 0}
    asked = x.paths("search/recent")
    assert ["tweet.fields" in query for query in asked] == [True] + [False] * (len(asked) - 1)
    assert asked[1]["expansions"] == "author_id,referenced_posts"
    assert asked[1]["post.fields"] == "created_at,entities,note_post"
    assert (found["cost"]["users_read"], found["cost"]["usd"]) == (3, "0.045000")


def test_a_fixed_spelling_is_not_changed(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__FIELDS", "tweet")
    x.spelling = "post"
    found = search(x, lambda: None)
    assert isinstance(found["failure"], UpstreamError)
    assert "does not know the parameter" in str(found["failure"])


def test_a_poll_that_fails_is_left_to_the_next(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    broken = [Fault(500, b"<html>"), Fault(503, {"title": "Service Unavailable"})]
    x.faults["search"] += broken
    found = search(x, lambda: None, lambda: None, lambda: None)
    assert votes(found) == {"debian": 1, "arch": 0}
    assert found["complete"] is True


def test_a_limit_is_waited_for(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    x.faults["search"] += [Fault(429, {"title": "Too Many Requests"}, resets_in_s=0.3)]
    assert votes(search(x, lambda: None)) == {"debian": 1, "arch": 0}


@pytest.mark.parametrize(
    ("fault", "kind"), [(Fault(402, {}), OutOfQuota), (Fault(401, b"?"), AuthError), (Fault(500, b"?"), UpstreamError)]
)
def test_an_end_that_cannot_be_read_is_a_gap(x: FakeX, fault: Fault, kind: type[Exception]) -> None:
    x.faults["search"] += [fault] * 9
    found = search(x)
    assert isinstance(found["failure"], kind)
    assert (found["state"], found["complete"], [gap["filled"] for gap in found["gaps"]]) == ("error", False, [False])


def test_a_quota_that_ends_during_a_poll_ends_the_vote(x: FakeX) -> None:
    x.faults["search"] += [Fault(429, {"type": "https://api.twitter.com/2/problems/usage-capped"})]
    found = search(x, lambda: None)
    assert isinstance(found["failure"], OutOfQuota)


def test_the_last_answer_may_be_waited_for(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    x.faults["search"] += [Fault(500, b"?"), Fault(429, {}, resets_in_s=2)]
    assert votes(search(x)) == {"debian": 1, "arch": 0}


def test_the_budget_stops_between_pages(x: FakeX) -> None:
    for author in range(40):
        past(x, author, "#debian", 30)
    found = search(x, lambda: None, budget=Decimal("0.10"))
    assert (found["state"], found["votes"]) == ("budget", 20)
    assert x.paths("search/recent")[0]["max_results"] == "20"


def test_search_goes_on_after_an_interruption(x: FakeX) -> None:
    past(x, 1, "#debian", 50)

    async def first(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)
        await poll(x, election)

    hold(interrupted(first), "debian", source="search", from_=ago(60))
    past(x, 2, "#debian", 20)

    async def second(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)

    found = hold(second, resume="last")
    assert votes(found) == {"debian": 2}
    assert (found["complete"], found["cost"]["posts_read"]) == (True, 2)


@pytest.mark.parametrize("source", ["search", "counts"])
def test_after_the_end_it_is_the_last_poll_that_is_waited_for(
    x: FakeX, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    say = Desk.say

    def recorded(desk: Desk, status: str) -> None:
        said.append(status)
        say(desk, status)

    monkeypatch.setattr(Desk, "say", recorded)

    async def script(election: Election) -> None:
        await until(lambda: "waiting for the first poll" in said)

    hold(script, "debian", source=source, from_=ago(60))
    after = said[said.index("the time is over, waiting for the last poll") :]
    assert "waiting for the first poll" not in after


def test_a_poll_right_after_the_start_asks_nothing(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)
        election.desk.wanted.set()
        await until(lambda: not election.desk.wanted.is_set())
        assert x.requests == []

    hold(script, "debian", source="search")


# counts


def counts(x: FakeX, *polls: Any, tags: tuple[str, ...] = ("debian", "arch"), **typed: Any) -> dict[str, Any]:
    async def script(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)
        for prepare in polls:
            prepare()
            before = len(x.paths("counts/recent"))
            election.desk.wanted.set()
            await until(lambda: len(x.paths("counts/recent")) >= before + len(tags), "no counts")  # noqa: B023 - awaited here
            await until(lambda: election.desk.status != "waiting for the first poll")

    return hold(script, *tags, **{"source": "counts", "from_": ago(600), **typed})


@pytest.mark.parametrize("spelling", ["tweet", "post"])
def test_totals_are_replaced_by_each_poll(x: FakeX, spelling: str) -> None:
    x.spelling = spelling
    for author in range(7):
        past(x, author, "#debian", 80)
    past(x, 1, "#arch", 20)
    past(x, 1, "#debian #arch", 20)
    past(x, 1, "RT @x: #arch", 20, references=[{"type": "retweeted", "id": "1"}])
    past(x, 1, "#arch", 1000)
    found = counts(x, lambda: None, lambda: past(x, 3, "#arch", 15))
    assert votes(found) == {"debian": 7, "arch": 2}
    assert found["accounts"] is None
    assert found["posts"]["seen"] == found["posts"]["counted"] == 0
    assert found["cost"]["count_requests"] == 6
    assert found["cost"]["usd"] == "0.030000"
    assert found["rules"]["one_vote_per"] == "post"
    assert {query["granularity"] for query in x.paths("counts/recent")} == {"minute"}


def test_one_candidate_that_fails_keeps_its_total_and_its_time(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    past(x, 2, "#arch", 30)

    def fail() -> None:
        x.faults["counts"] += [Fault(500, b"?", only=lambda request: request.query["query"].startswith("#debian"))]
        past(x, 3, "#arch", 30)

    async def script(election: Election) -> None:
        await until(lambda: "waiting" in election.desk.status)
        election.desk.wanted.set()
        await until(lambda: election.desk.status == "connected")
        fail()
        election.desk.wanted.set()
        await until(lambda: election.desk.tally.votes == [1, 2])
        assert "debian: X answered 500" in election.desk.status
        shown = election.standing().as_dict()["candidates"]
        assert all(one["as_of"] for one in shown)

    found = hold(script, "debian", "arch", source="counts", from_=ago(90))
    assert votes(found) == {"debian": 1, "arch": 2}


def test_counts_that_fail_at_the_end_are_a_gap(x: FakeX) -> None:
    x.faults["counts"] += [Fault(500, b"?")]
    found = counts(x)
    assert isinstance(found["failure"], UpstreamError)
    assert [gap["filled"] for gap in found["gaps"]] == [False]


def test_counts_of_a_vote_too_short_to_be_asked_about_are_no_zero(x: FakeX) -> None:
    x.faults["counts"] += [Fault(400, b"?")] * 2
    found = counts(x, from_=ago(1))
    assert (found["state"], found["complete"]) == ("error", False)
    assert len(x.paths("counts/recent")) == 2


def test_counts_that_are_limited_are_waited_for(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    x.faults["counts"] += [Fault(429, {}, resets_in_s=0.2)]
    found = counts(x, lambda: None, tags=("debian",))
    assert votes(found) == {"debian": 1}


@pytest.mark.parametrize("fault", [Fault(402, {}), Fault(401, {})])
def test_final_problems_end_the_counting(x: FakeX, fault: Fault) -> None:
    x.faults["counts"] += [fault]
    assert counts(x)["state"] == "error"


def test_counts_stop_before_a_request_that_is_not_affordable(x: FakeX) -> None:
    past(x, 1, "#debian", 30)
    found = counts(x, budget=Decimal("0.012"), tags=("debian", "arch", "ubuntu"))
    assert (found["state"], found["cost"]["usd"]) == ("budget", "0.010000")


def test_counts_of_several_pages_are_summed(x: FakeX) -> None:
    from blueprints.vote.sources.counts import _total

    assert _total({"data": [{"tweet_count": 2}, {"post_count": 3}, "x"]}) == 5
    assert _total({"meta": {"total_post_count": 4}}) == 4
    assert _total({}) == 0


def test_an_hour_of_polls_is_sixty(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four candidates every minute for an hour: 240 requests."""
    import asyncio

    from blueprints.vote.x import polling

    class Clock:
        end_ms = 3_600_000
        is_stopped = False
        wanted = asyncio.Event()
        ms = 0

        def now_ms(self) -> int:
            return self.ms

        def say(self, status: str) -> None:
            pass

        async def wait_until(self, moment_ms: int) -> None:
            self.ms = max(self.ms, moment_ms)

    async def polls() -> int:
        clock: Any = Clock()
        rhythm = polling.Rhythm(clock, timedelta(minutes=1).total_seconds(), 0.0)
        monkeypatch.setattr(rhythm, "settled", lambda: asyncio.sleep(0))
        number = 0
        while await rhythm.next():
            number += 1
        return number + 1

    assert asyncio.run(polls()) == 60
