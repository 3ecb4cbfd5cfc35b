"""GET /stream: server-sent events, for as long as the reader stays."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING

from starlette.requests import Request

from blueprints.messenger.core.refusals import BadRequest, Flooded, Unavailable
from blueprints.messenger.core.rooms import LOBBY
from blueprints.messenger.live.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from blueprints.messenger.live.engine import Engine
    from blueprints.messenger.live.identity import Identity

MOST_ROOMS = 20
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Cookie"),
]


class Streaming:
    """An ASGI application of its own: a stream lives long, so as little as possible stays in memory with it."""

    def __init__(
        self, engine: Engine, identity: Identity, address: Callable[[Request], str], most: int, most_of_address: int
    ) -> None:
        self.engine, self.identity, self.address = engine, identity, address
        self.most, self.most_of_address = most, most_of_address
        self.arriving: Counter[str] = Counter()
        """Streams by address that are let in and not yet open."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = await self._opened(Request(scope, receive))
        gone = asyncio.ensure_future(_departure(receive))
        gone.add_done_callback(lambda _: stream.close())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _pump(stream, send, self.engine)
        finally:
            self.engine.hub.close(stream)
            gone.cancel()

    async def _opened(self, request: Request) -> Stream:
        """The reader's stream; raises Refused."""
        rooms = request.query_params.getlist("room") or [LOBBY]
        if len(set(rooms)) > MOST_ROOMS:
            raise BadRequest(f"A stream has at most {MOST_ROOMS} rooms.")
        for room in rooms:
            await self.engine.directory.get(room)
        address = self.address(request)
        self._refuse_crowd(address)
        self.arriving[address] += 1
        try:
            reader = await self.identity.reader(request)
            stream = Stream(rooms, address, reader.account, reader.session) if reader else Stream(rooms, address)
            resume = request.headers.get("last-event-id") or request.query_params.get("last_event_id")
            await self.engine.hub.open(stream, resume)
        finally:
            self.arriving -= Counter((address,))
        return stream

    def _refuse_crowd(self, address: str) -> None:
        """Whoever is let in counts at once: looking up who reads takes a while, in which many could slip in."""
        hub = self.engine.hub
        if hub.is_closing or len(hub.audience.streams) + self.arriving.total() >= self.most:
            raise Unavailable("No more streams here just now.")
        if self.most_of_address and hub.readers.of_address(address) + self.arriving[address] >= self.most_of_address:
            raise Flooded("Too many streams from your address.", retry_after_s=10)


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pump(stream: Stream, send: Send, engine: Engine) -> None:
    loop, now_ms = asyncio.get_running_loop(), engine.hub.offset.now_ms
    # the browser waits this long before it comes back; spread, so that a restart is no stampede
    await send({"type": "http.response.body", "body": b"retry: %d\n\n" % random.randint(500, 2500), "more_body": True})  # noqa: S311
    while not stream.is_over:
        await stream.wait()
        stream.sent_s = loop.time()
        if piece := stream.take(now_ms(stream.sent_s)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
