"""What every request to the live API gets: an id, a log line, and reading from other origins where that is allowed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from blueprints.web import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("blueprints.requests")


class Edge:
    def __init__(self, app: ASGIApp, is_logging: bool) -> None:
        self.app, self.is_logging = app, is_logging

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), None)
        chosen = requests.begin(given)
        begun = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", chosen.encode())]
                if self.is_logging:
                    _log(scope, message["status"], begun)
            await send(message)

        await self.app(scope, receive, answer)


def readable_from(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Let pages of other origins read; without origins nothing changes."""
    return CORSMiddleware(app, allow_origins=origins, allow_methods=["GET"]) if origins else app


def _log(scope: Scope, status: int, begun: float) -> None:
    milliseconds = round((time.perf_counter() - begun) * 1000, 1)
    log.info("%s %s %s", scope["method"], scope["path"], status, extra={"status": status, "ms": milliseconds})
