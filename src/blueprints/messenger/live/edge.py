"""What every request to the live API gets: an id, a log line, a look at the host that it asks for, and reading from
other origins where that is allowed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request

from blueprints.messenger.core.refusals import BadRequest
from blueprints.messenger.live import problems
from blueprints.web import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("blueprints.requests")


class Edge:
    def __init__(self, app: ASGIApp, is_our_host: Callable[[bytes], bool], is_logging: bool) -> None:
        self.app, self.is_our_host, self.is_logging = app, is_our_host, is_logging

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id")
        chosen = requests.begin(given and given.decode("latin-1"))
        begun = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", chosen.encode())]
                if self.is_logging:
                    _log(scope, message["status"], begun)
            await send(message)

        app = self.app if self.is_our_host(headers.get(b"host", b"")) else _foreign
        await app(scope, receive, answer)


async def _foreign(scope: Scope, receive: Receive, send: Send) -> None:
    """A page elsewhere whose name was made to mean this machine must not read along."""
    refusal = BadRequest("This host is not ours.")
    await problems.refused(Request(scope), refusal)(scope, receive, send)


def readable_from(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Let pages of other origins read; without origins nothing changes."""
    return CORSMiddleware(app, allow_origins=origins, allow_methods=["GET"]) if origins else app


def _log(scope: Scope, status: int, begun: float) -> None:
    milliseconds = round((time.perf_counter() - begun) * 1000, 1)
    path = requests.printable(scope["path"])
    log.info("%s %s %s", scope["method"], path, status, extra={"status": status, "ms": milliseconds})
