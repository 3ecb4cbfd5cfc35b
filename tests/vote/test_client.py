"""Answers of the platform that are not as they should be, in our words."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from blueprints import config
from blueprints.errors import AuthError, UpstreamError
from blueprints.vote.config import VoteConfig, XConfig
from blueprints.vote.core.queries import Query
from blueprints.vote.core.reconnect import Pace
from blueprints.vote.x import problems
from blueprints.vote.x.client import Client, named, translated
from blueprints.vote.x.rules import StreamRules
from blueprints.vote.x.stream import Stream
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import TOKEN, Fault


async def bearer() -> str:
    return TOKEN


def settings() -> XConfig:
    return config.load("vote", VoteConfig).x


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b""])
def test_a_good_answer_that_is_no_object(x: FakeX, body: bytes) -> None:
    x.faults["search"] += [Fault(200, body)]
    with pytest.raises(UpstreamError, match="X answered search with something that is not"):
        asyncio.run(Client(settings(), bearer).search("#a"))


def test_failures_of_the_network_are_translated() -> None:
    async def fail(error: Exception) -> None:
        async with translated("search"):
            raise error

    with pytest.raises(UpstreamError, match="did not answer to search in time"):
        asyncio.run(fail(TimeoutError()))
    with pytest.raises(UpstreamError, match="cannot be reached for search"):
        asyncio.run(fail(aiohttp.ClientPayloadError("https://x/?token=secret")))


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {}, AuthError, "run `blueprints vote login`"),
        (403, {"errors": [{"title": "Forbidden", "detail": "no"}]}, AuthError, "X forbids search: Forbidden, no"),
        (403, {"type": "https://x/problems/client-forbidden"}, AuthError, "move the app to pay-per-use"),
        (429, {"type": "https://x/problems/usage-capped", "title": "UsageCapExceeded"}, problems.OutOfQuota, "used up"),
        (429, {}, problems.Limited, "X limits search"),
        (402, {}, problems.OutOfQuota, "credits"),
        (409, {}, problems.Failed, "X answered 409 to search"),
        (400, {"errors": "?"}, problems.Failed, "X answered 400 to search"),
        (400, {"errors": [{"message": "parameter [tweet.fields] unknown"}]}, problems.FieldsUnknown, "tweet.fields"),
        (500, [], problems.Failed, "X answered 500 to search"),
    ],
)
def test_problems_by_name(status: int, body: Any, kind: type[Exception], said: str) -> None:
    error = problems.problem(status, {"x-rate-limit-reset": "soon"}, json.dumps(body).encode(), "search")
    assert isinstance(error, kind)
    assert said in str(error)


def test_requests_are_named_as_users_know_them() -> None:
    assert [named(route) for route in ("/2/users/me", "/2/tweets/search/stream/rules", "/x")] == [
        "the account",
        "the stream's rules",
        "the stream",
    ]


class Rules:
    """The rules of a session on the fake."""

    def __init__(self) -> None:
        self.stream = Stream(settings(), bearer, Pace())
        self.rules = StreamRules(self.stream, "ours", 3, lambda session: session == 8)

    def __await__(self) -> Any:
        return self.rules.create([Query("#debian", (0,)), Query("#arch OR #b", (1, 2))]).__await__()


def test_rules_of_running_sessions_stay(x: FakeX) -> None:
    async def script() -> None:
        running, dead = x.add_rule("#a", "blueprints:ours:8:0"), x.add_rule("#b", "blueprints:ours:9:0")
        mine, odd = x.add_rule("#c", "blueprints:ours:3:0"), x.add_rule("#d", "blueprints:ours:x:0")
        made = Rules()
        assert await made == {"blueprints:ours:3:0": 0}
        assert {running, odd} <= set(x.rules)
        assert not {dead, mine} & set(x.rules)
        assert await made.rules.remove() is None
        assert set(x.rules) == {running, odd}

    asyncio.run(script())


def test_rules_that_cannot_be_removed_are_said(x: FakeX) -> None:
    async def script() -> None:
        made = Rules()
        await made
        x.faults["rules"] += [Fault(500, b"")]
        assert "could not be removed" in str(await made.rules.remove())
        assert await made.rules.remove() is None

    asyncio.run(script())


def test_rules_whose_creation_was_cut_off_are_found_by_their_tag(x: FakeX) -> None:
    async def script() -> None:
        made = Rules()
        await made
        made.rules.ids = []
        made.rules._is_creating = True
        await made.rules.remove()
        assert x.rules == {}

    asyncio.run(script())
