"""The filtered stream: tweepy's streaming client with a connection loop that keeps the platform's rules.

tweepy's own loop reconnects at once to a server that accepts and closes, ends on any exception of a callback, hides the
body and headers of an error, and leaves a closed session behind.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

import aiohttp
from tweepy.asynchronous import AsyncStreamingClient  # type: ignore[import-untyped]  # tweepy has no types

from blueprints.errors import UpstreamError
from blueprints.vote.config import XConfig
from blueprints.vote.core.reconnect import Backoff, Pace
from blueprints.vote.x.client import FIELDS, Bearer, Hosted, session, translated
from blueprints.vote.x.problems import Failed, Limited, NoRules, problem


class Listener(Protocol):
    """Who hears the stream. `read` gets the whole lines that have arrived, heartbeats left out."""

    async def connected(self) -> None: ...

    async def read(self, lines: list[bytes]) -> None: ...

    async def heartbeat(self) -> None: ...

    async def lost(self, why: str, wait_s: float) -> None: ...

    async def rules_missing(self) -> None: ...


class Stream(Hosted, AsyncStreamingClient):  # type: ignore[misc]  # tweepy has no types
    """One connection, made again until the task is cancelled or an answer makes that useless."""

    listener: Listener
    """Set before `listen`."""

    def __init__(self, settings: XConfig, bearer: Bearer, pace: Pace) -> None:
        super().__init__("", return_type=dict)
        self.settings = settings
        self.bearer = bearer
        self.pace = pace

    def listen(self) -> "asyncio.Task[None]":
        """Start; the task ends with AuthError or OutOfQuota, or when it is cancelled."""
        task: asyncio.Task[None] = self.filter(tweet_fields=FIELDS["tweet"])
        return task

    async def _connect(self, method: str, endpoint: str, params: Mapping[str, Any], **_: Any) -> None:
        backoff = Backoff(self.pace)
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(backoff.attempt(now()))
            began = now()
            try:
                await self._once(method, endpoint, params, backoff)
            except Limited as error:
                from blueprints import clock

                until_s = None if error.until_s is None else error.until_s - clock.now().timestamp()
                why, wait_s = str(error), backoff.limited(until_s)
            except NoRules as error:
                await self.listener.rules_missing()
                why, wait_s = str(error), backoff.refused()
            except Failed as error:
                why, wait_s = str(error), backoff.refused()
            except Dropped as error:
                why, wait_s = str(error), backoff.dropped(now() - began)
            except UpstreamError as error:
                if type(error) is not UpstreamError:
                    raise
                why, wait_s = str(error), backoff.failed()
            await self.listener.lost(why, wait_s)
            await asyncio.sleep(wait_s)

    async def _once(self, method: str, endpoint: str, params: Mapping[str, Any], backoff: Backoff) -> None:
        """One connection from its request to its end; ends by raising, Dropped if it was a working one."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self.pace.silence_s, sock_read=self.pace.silence_s)
        headers = {"Authorization": f"Bearer {await self.bearer()}"}
        url = f"{self.settings.base_url.rstrip('/')}/2/tweets/{endpoint}/stream"
        what = "the stream"
        is_open = False
        try:
            async with (
                translated(what),
                session(timeout) as opened,
                opened.request(method, url, params=params, headers=headers) as response,
            ):
                if response.status != 200:
                    raise problem(response.status, response.headers, await response.read(), what)
                is_open = True
                backoff.connected()
                await self.listener.connected()
                async for lines, beat in _lines(response.content):
                    if lines:
                        await self.listener.read(lines)
                    elif beat:
                        await self.listener.heartbeat()
        except UpstreamError as error:
            if is_open and type(error) is UpstreamError:
                raise Dropped(_drop(error)) from error
            raise
        raise Dropped("X closed the stream")


class Dropped(UpstreamError):
    """A connection that had been made is gone."""


def _drop(error: UpstreamError) -> str:
    silent = isinstance(error.__cause__, TimeoutError)
    return "the stream fell silent" if silent else "the stream was cut off"


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[tuple[list[bytes], bool]]:
    """(whole lines, whether a heartbeat was among them) for each piece that arrives."""
    rest = b""
    async for piece in content.iter_any():
        *whole, rest = (rest + piece).split(b"\n")
        lines = [line.strip() for line in whole]
        yield [line for line in lines if line], not all(lines)
    if rest.strip():
        yield [rest.strip()], False
