"""tweepy's asynchronous clients with our hosts, our time limits and our errors.

tweepy builds its addresses inside `request` and `_connect`; both are replaced here. Its own `request` writes the bearer
token to the debug log and fails on an error body that is not JSON; this one does neither. Models are not used: they
know only one of the platform's two spellings.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from tweepy.asynchronous import AsyncClient  # type: ignore[import-untyped]  # tweepy has no types

from blueprints.errors import UpstreamError
from blueprints.vote.config import XConfig
from blueprints.vote.x.problems import FieldsUnknown, problem

if TYPE_CHECKING:
    from datetime import datetime

REQUEST_TIMEOUT_S = 20.0
LINE_BUFFER = 2**20
Bearer = Callable[[], Awaitable[str]]

FIELDS = {
    "tweet": ["author_id", "created_at", "entities", "referenced_tweets", "note_tweet", "edit_history_tweet_ids"],
    "post": ["created_at", "entities", "note_post"],
}
"""What is asked for, by spelling. In the new one, who wrote a post and what it refers to come by expansion."""
EXPANSIONS = ["author_id", "referenced_posts"]


class Answer:
    """A body that has been read, in the shape that tweepy awaits."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    async def json(self) -> dict[str, Any]:
        return self.body


class Hosted:
    """Requests to the address in the settings; mixed into tweepy's clients before their own classes."""

    settings: XConfig
    bearer: Bearer

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,
    ) -> Answer:
        """One request with a connection of its own; raises UpstreamError and AuthError."""
        what = named(route)
        headers = {"Authorization": f"Bearer {await self.bearer()}"}
        url = self.settings.base_url.rstrip("/") + route
        timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S)
        async with translated(what), session(timeout) as opened:
            sending = opened.request(method, url, params=_written(params), json=json, headers=headers)
            async with sending as response:
                body = await response.read()
                if not 200 <= response.status < 300:
                    raise problem(response.status, response.headers, body, what)
        return Answer(_parsed(body, what))

    def _process_params(self, params: Mapping[str, Any], endpoint_parameters: tuple[str, ...]) -> dict[str, Any]:
        known = (*endpoint_parameters, "post.fields", "next_token")
        made: dict[str, Any] = super()._process_params(params, known)  # type: ignore[misc]  # tweepy's, by the mix
        return made


class Client(Hosted, AsyncClient):  # type: ignore[misc]  # tweepy has no types
    """Search and counts; answers are raw JSON."""

    def __init__(self, settings: XConfig, bearer: Bearer) -> None:
        super().__init__(return_type=dict)
        self.settings = settings
        self.bearer = bearer
        self.spelling = "tweet" if settings.fields == "auto" else settings.fields

    async def search(self, query: str, **params: "str | int | datetime | None") -> dict[str, Any]:
        """One page of recent search, newest first; with `auto` a refused spelling is changed once and for all."""
        try:
            return await self._search(query, params)
        except FieldsUnknown:
            if self.settings.fields != "auto" or self.spelling == "post":
                raise
            self.spelling = "post"
            return await self._search(query, params)

    async def _search(self, query: str, params: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {f"{self.spelling}_fields": FIELDS[self.spelling]}
        if self.spelling == "post":
            fields["expansions"] = EXPANSIONS
        found: dict[str, Any] = await self.search_recent_tweets(query, sort_order="recency", **fields, **params)
        return found

    async def counts(self, query: str, **params: "str | datetime | None") -> dict[str, Any]:
        found: dict[str, Any] = await self.get_recent_tweets_count(query, granularity="minute", **params)
        return found


def session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=timeout, trust_env=True, read_bufsize=LINE_BUFFER)


@asynccontextmanager
async def translated(what: str) -> AsyncIterator[None]:
    """aiohttp's failures in our words, without the address and its query."""
    try:
        yield
    except TimeoutError as error:
        raise UpstreamError(f"X did not answer to {what} in time: try again later") from error
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise UpstreamError(f"X cannot be reached for {what} ({type(error).__name__}): check the network") from error


def named(route: str) -> str:
    """A request as users know it."""
    names = {"/2/tweets/search/recent": "search", "/2/tweets/counts/recent": "counts", "/2/users/me": "the account"}
    return names.get(route, "the stream's rules" if "rules" in route else "the stream")


def _written(params: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (params or {}).items()}


def _parsed(body: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise UpstreamError(f"X answered {what} with something that is not JSON: try again later") from error
    if not isinstance(found, dict):
        raise UpstreamError(f"X answered {what} with something that is not an object: try again later")
    return found
