"""Starlette's router without the layers that a Starlette application puts around each request.

They cost a fifth of a post, and a closure for as long as a stream is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from blueprints.messenger.core.refusals import Refused
from blueprints.messenger.live import problems

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response
    from starlette.routing import Router
    from starlette.types import Receive, Scope, Send


class Answered:
    """An endpoint that takes a request and returns the response."""

    def __init__(self, handler: Callable[[Request], Awaitable[Response]]) -> None:
        self.handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.handler(Request(scope, receive))
        await response(scope, receive, send)


class Routed:
    """Answers what an endpoint or the router raises, which they do before they answer."""

    def __init__(self, router: Router) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self  # makes the router raise where it would answer in plain text
        try:
            await self.router(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last place that can answer
            await _problem(scope, error)(scope, receive, send)


def _problem(scope: Scope, error: Exception) -> Response:
    request = Request(scope)
    if isinstance(error, Refused):
        return problems.refused(request, error)
    if isinstance(error, HTTPException):
        return problems.by_status(request, error)
    return problems.unexpected(request, error)
