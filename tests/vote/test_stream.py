"""Votes over the filtered stream, and everything that happens to streams."""

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from blueprints.errors import AuthError, UpstreamError
from blueprints.vote.core import moments
from blueprints.vote.election import Election
from blueprints.vote.x.problems import OutOfQuota
from tests import waiting
from tests.vote.conftest import NOON, SILENCE_S
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import TOKEN, Fault
from tests.vote.held import hold, interrupted, until, votes

pytestmark = pytest.mark.usefixtures("noon")


def posting(x: FakeX, *posts: tuple[int, str]) -> Any:
    """A script: wait for the stream, post, wait until all is counted."""

    async def script(election: Election) -> None:
        await until(lambda: x.listeners, "nobody listens")
        for author, text in posts:
            x.post(author, text)
        await until(lambda: election.desk.tally.seq >= len(posts), "not all arrived")

    return script


def test_posts_are_counted_as_they_come(x: FakeX) -> None:
    found = hold(posting(x, (1, "#debian"), (2, "#Arch"), (3, "#debian #arch"), (1, "#arch")), "debian", "arch")
    assert votes(found) == {"debian": 1, "arch": 1}
    assert found["posts"]["rejected"] == {"several_candidates": 1, "already_voted": 1}
    assert (found["cost"]["posts_read"], found["cost"]["usd"]) == (4, "0.020000")
    assert (found["state"], found["failure"]) == ("ended", None)


def test_rules_of_others_stay_and_ours_are_gone(x: FakeX) -> None:
    untagged, tagged = x.add_rule("#other"), x.add_rule("#another", "theirs")
    ours: list[Any] = []

    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        ours.extend(rule for rule in x.rules.values() if rule.get("tag", "").startswith("blueprints:"))
        x.send_post(x.post(1, "#debian", streamed=False), first={"id": untagged})
        x.post(2, "#other")
        await until(lambda: election.desk.tally.seq >= 2)

    found = hold(script, "debian", "arch")
    assert [rule["value"] for rule in ours] == ["(#debian OR #arch) -is:retweet"]
    assert set(x.rules) == {untagged, tagged}
    assert votes(found) == {"debian": 1, "arch": 0}
    assert found["posts"]["rejected"] == {"no_candidate": 1}


def test_a_rule_equal_to_somebody_elses_is_used_and_left(x: FakeX) -> None:
    theirs = x.add_rule("#debian -is:retweet", "theirs")
    assert votes(hold(posting(x, (1, "#debian")), "debian")) == {"debian": 1}
    assert set(x.rules) == {theirs}


def test_rules_that_a_dead_vote_left_are_removed(x: FakeX) -> None:
    hold(posting(x), "debian")
    tag = next(body for method, path, _, body in x.requests if method == "POST" and "add" in body)
    name = tag.split('"tag": "')[1].split('"')[0]
    left = x.add_rule("#left", name.replace(":1:0", ":99:0"))
    foreign = x.add_rule("#foreign", "blueprints:other:99:0")
    hold(posting(x), "arch")
    assert left not in x.rules
    assert foreign in x.rules


def test_a_refused_rule_is_said(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(election: Election) -> None:
        await until(lambda: "no such operator" in election.desk.status)

    hold(script, "bogus")


def test_a_dead_stream_is_made_again_and_the_gap_filled(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        x.post(1, "#debian")
        await until(lambda: election.desk.tally.seq == 1)
        x.refuses = True
        x.cut()
        await until(lambda: not x.listeners)
        for author in range(100, 112):
            x.post(author, "#arch")
        await until(lambda: "cannot be reached" in election.desk.status, election.desk.status)
        x.refuses = False
        await until(lambda: x.listeners)
        x.post(2, "#debian")
        await until(lambda: election.desk.tally.seq == 14)

    found = hold(script, "debian", "arch")
    assert votes(found) == {"debian": 2, "arch": 12}
    assert found["posts"]["counted"] == 14
    assert [(gap["reason"], gap["filled"]) for gap in found["gaps"]] == [
        ("before the first connection", True),
        ("the stream was cut off", True),
    ]
    assert found["cost"]["posts_read"] == 14


@pytest.mark.usefixtures("listening_closely")
def test_a_silent_stream_is_dead(x: FakeX) -> None:
    x.heartbeat_s = None

    async def script(election: Election) -> None:
        await until(lambda: x.connects >= 2, "the silence went unnoticed")

    found = hold(script, "debian")
    assert found["gaps"][1]["reason"] == "the stream fell silent"


@pytest.mark.usefixtures("listening_closely")
def test_heartbeats_keep_a_quiet_stream_alive(x: FakeX) -> None:
    x.heartbeat_s = 0.05

    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        await asyncio.sleep(SILENCE_S + 0.5)  # longer than the silence that a stream may keep

    hold(script, "debian")
    assert x.connects == 1


def test_a_server_that_accepts_and_closes_is_not_hammered(x: FakeX) -> None:
    x.closes_at_once = True

    async def script(election: Election) -> None:
        began = time.monotonic()
        await until(lambda: x.connects >= 8)
        assert time.monotonic() - began > 0.01 * sum(range(1, 6))
        x.closes_at_once = False
        await until(lambda: x.listeners)
        x.post(1, "#debian")
        await until(lambda: election.desk.tally.seq)

    assert votes(hold(script, "debian")) == {"debian": 1}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(503, b"<html>over capacity</html>"), "X answered 503 to the stream"),
        (Fault(429, {"title": "Too Many Requests"}), "X limits the stream: Too Many Requests; trying again in"),
        (
            Fault(
                429,
                {"title": "ConnectionException", "connection_issue": "TooManyConnections", "detail": "at the limit"},
            ),
            "X limits the stream: TooManyConnections, at the limit",
        ),
    ],
    ids=["503", "429", "too many connections"],
)
def test_passing_problems_are_said_and_waited_for(
    x: FakeX, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: str
) -> None:
    x.faults["stream"] += [fault]
    heard: list[str] = []

    async def script(election: Election) -> None:
        monkeypatch.setattr(election.desk, "say", heard.append)
        await until(lambda: x.listeners)
        x.post(1, "#debian")
        await until(lambda: election.desk.tally.seq)

    if "title" in str(fault.body):
        from blueprints.vote.sources import stream

        monkeypatch.setattr(stream.Source, "pace", type(stream.Source.pace)(limited_first_s=1.0, http_first_s=0.02))
    assert votes(hold(script, "debian")) == {"debian": 1}
    assert any(said in one for one in heard), heard


def test_a_limit_names_the_moment_at_which_the_stream_is_tried_again(x: FakeX) -> None:
    x.faults["stream"] += [Fault(429, {}, resets_in_s=1800)]

    async def script(election: Election) -> None:
        await until(lambda: "X limits the stream; trying again in" in election.desk.status, election.desk.status)
        named = election.desk.status.rpartition(" at ")[2]
        assert named.startswith("2026-11-22T12:3")
        assert x.connects == 0

    hold(script, "debian")


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Fault(401, {"title": "Unauthorized"}), AuthError, "refused the token"),
        (
            Fault(403, {"reason": "client-not-enrolled", "title": "Client Forbidden"}),
            AuthError,
            "move the app to pay-per-use",
        ),
        (Fault(403, {"title": "Forbidden"}), AuthError, "X forbids the stream: Forbidden"),
        (Fault(429, {"type": "https://api.twitter.com/2/problems/usage-capped"}), OutOfQuota, "used up"),
        (Fault(402, b"no"), OutOfQuota, "used up"),
    ],
)
def test_final_problems_end_the_vote(x: FakeX, fault: Fault, kind: type[Exception], said: str) -> None:
    x.faults["stream"] += [fault]

    async def script(election: Election) -> None:
        await until(lambda: election.is_over)

    found = hold(script, "debian")
    assert isinstance(found["failure"], kind)
    assert said in str(found["failure"])
    assert (found["state"], found["complete"]) == ("error", False)
    assert x.rules == {}


def test_a_problem_with_the_rules_is_waited_for_or_final(x: FakeX) -> None:
    x.faults["rules"] += [Fault(429, {}, resets_in_s=0.2), Fault(500, b"")]
    assert votes(hold(posting(x, (1, "#debian")), "debian")) == {"debian": 1}
    x.faults["rules"] += [Fault(402, {})]
    assert isinstance(hold(posting(x), "debian")["failure"], OutOfQuota)


def test_rules_that_somebody_removed_are_made_again(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        x.rules.clear()
        x.cut()
        await until(lambda: x.connects == 2 and x.listeners and x.rules, "no rules")
        x.post(1, "#debian")
        await until(lambda: election.desk.tally.seq)

    assert votes(hold(script, "debian")) == {"debian": 1}


def test_messages_of_the_stream_are_named(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        x.send({"errors": [{"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect"}]})
        x.send(b"{broken\r\n")
        x.post(1, "#debian")
        await until(lambda: election.desk.tally.seq)

    found = hold(script, "debian")
    assert "X says on the stream: UpstreamOperationalDisconnect" in hold.election.notices  # type: ignore[attr-defined]  # what was said
    assert (found["votes"], found["posts"]["malformed"]) == (1, 1)


def test_the_budget_stops_the_stream(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        for author in range(50):
            x.post(author, "#debian")
            await until(lambda: election.desk.tally.seq > author or election.is_over)  # noqa: B023 - awaited here
            if election.is_over:
                return

    from decimal import Decimal

    found = hold(script, "debian", budget=Decimal("0.05"))
    assert (found["state"], found["complete"], votes(found)) == ("budget", False, {"debian": 10})
    assert "budget of $0.05 is reached" in str(found["failure"])
    assert x.rules == {}
    waiting.until(lambda: not x.listeners)


def test_a_stream_that_cannot_be_reached_leaves_a_gap(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: "cannot be reached" in election.desk.status)

    x.refuses = True
    found = hold(script, "debian")
    assert isinstance(found["failure"], UpstreamError)
    assert (found["state"], found["complete"]) == ("error", False)
    assert [gap["filled"] for gap in found["gaps"]] == [False]


def test_a_gap_that_search_may_not_fill_leaves_the_result_incomplete(x: FakeX) -> None:
    x.faults["search"] += [Fault(403, {"title": "Forbidden"})] * 5
    found = hold(posting(x, (1, "#debian")), "debian")
    assert votes(found) == {"debian": 1}
    assert (found["complete"], found["gaps"][0]["filled"]) == (False, False)


def test_search_that_is_limited_is_waited_for(x: FakeX) -> None:
    x.faults["search"] += [
        Fault(429, {}, resets_in_s=0.3),
        Fault(500, b"x"),
        Fault(429, {}),
    ]
    found = hold(posting(x, (1, "#debian")), "debian")
    assert [gap["filled"] for gap in found["gaps"]] == [True]


def test_a_cut_repost_counts_for_the_rule_that_matched(x: FakeX) -> None:
    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        assert sorted(rule["value"] for rule in x.rules.values()) == ["#arch", "#debian"]
        reposted = [{"type": "retweeted", "id": "1"}]
        post = x.post(5, "RT @a: very long #arch…", references=reposted, streamed=False)
        number, rule = next((number, rule) for number, rule in x.rules.items() if rule["value"] == "#arch")
        x.send({"data": post.as_json("tweet"), "matching_rules": [{"id": number, **rule}]})
        await until(lambda: election.desk.tally.seq)

    assert votes(hold(script, "debian", "arch", reposts=True)) == {"debian": 0, "arch": 1}


def test_an_interrupted_vote_goes_on_where_it_stopped(x: FakeX) -> None:
    first = hold(interrupted(posting(x, (1, "#debian"), (2, "#arch"))), "debian", "arch", name="show", which="last")
    assert (first["state"], first["complete"], x.rules) == ("interrupted", False, {})
    x.post(3, "#arch", streamed=False)
    x.post(1, "#arch", streamed=False)

    async def script(election: Election) -> None:
        await until(lambda: x.listeners)
        x.post(4, "#debian")
        await until(lambda: election.desk.tally.seq == 5)

    found = hold(script, resume="show")
    assert votes(found) == {"debian": 1, "arch": 3}
    assert (found["session"], found["rules"]["which"]) == (1, "last")
    assert [gap["reason"] for gap in found["gaps"]] == ["before the first connection", "the vote was interrupted"]
    assert all(gap["filled"] for gap in found["gaps"])
    assert found["state"] == "ended"


def test_no_log_holds_the_token(x: FakeX, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        x.faults["search"] += [Fault(401, {})]
        hold(posting(x, (1, "#debian")), "debian")
    assert TOKEN not in caplog.text


def test_a_vote_may_start_later(x: FakeX, noon: time_machine.Traveller) -> None:
    noon.move_to(NOON, tick=False)  # it stands until the vote has been seen to wait
    start = NOON + timedelta(seconds=1)

    async def script(election: Election) -> None:
        start_ms = moments.of(start)
        await until(lambda: election.desk.status == "waiting for the start")
        assert (election.state, x.requests) == ("scheduled", [])
        x.post(1, "#debian", streamed=False)
        noon.move_to(start, tick=True)
        await until(lambda: x.listeners)
        assert election.desk.now_ms() >= start_ms
        assert election.state == "running"
        x.post(2, "#debian")
        await until(lambda: election.desk.tally.seq)

    found = hold(script, "debian", from_=start.isoformat())
    assert (found["votes"], found["complete"]) == (1, True)
