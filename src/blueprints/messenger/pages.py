"""Django's pages, with as much of a request's body as they may have.

Django reads a body to its end, into memory and files, before anything looks at its size; and a body that comes in
chunks does not say how large it is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class Pages:
    def __init__(self, django: Any, most: int) -> None:
        self.django, self.most = django, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more and len(body) <= self.most:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > self.most:
            scope, body, receive = _announcing(scope, len(body)), b"", _nothing_more
        await self.django(scope, _giving(body, receive), send)


def _announcing(scope: Scope, size: int) -> Scope:
    """The request with a length that the shared middleware refuses, and without a type that would make it lenient."""
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-type", b"content-length")]
    return {**scope, "headers": [*kept, (b"content-length", b"%d" % size)]}


async def _nothing_more() -> Message:
    """The rest of the body stays unread; the answer comes first."""
    await asyncio.Event().wait()
    raise AssertionError  # pragma: no cover - nobody sets it


def _giving(body: bytes, receive: Receive) -> Receive:
    """The body at once, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return waiting.pop() if waiting else await receive()

    return given
