"""The live API: everything under /messages, /typing, /rooms and /stream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route, Router

from blueprints.messenger.core import cursors, posts, rooms
from blueprints.messenger.core.messages import line, public
from blueprints.messenger.core.positions import event_id
from blueprints.messenger.core.refusals import BadRequest, TooLarge, WrongType
from blueprints.messenger.core.times import rfc3339
from blueprints.messenger.live.routed import Answered, Routed
from blueprints.messenger.stores import Order

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from blueprints.messenger.live.chat import Chat
    from blueprints.messenger.live.engine import Engine
    from blueprints.messenger.live.identity import Identity
    from blueprints.messenger.live.senders import Accounts
    from blueprints.messenger.live.streaming import Streaming

BODY_LIMIT = 16 * 1024
NO_STORE = {"Cache-Control": "no-store", "Vary": "Cookie", "X-Content-Type-Options": "nosniff"}
MOST = 500


class Api:
    def __init__(self, engine: Engine, chat: Chat, identity: Identity, accounts: Accounts, max_length: int) -> None:
        self.engine, self.chat, self.identity = engine, chat, identity
        self.accounts, self.max_length = accounts, max_length

    async def list_messages(self, request: Request) -> Response:
        query = request.query_params
        order, is_reversed = _order(query.get("order", "posted")), _boolean(query.get("reverse", "false"))
        page = await self.chat.page(
            query.get("room", rooms.LOBBY), _limit(query.get("limit", "200")), order, query.get("before")
        )
        messages = page.messages[::-1] if is_reversed else page.messages
        return _json(
            {
                "room": query.get("room", rooms.LOBBY),
                "now": rfc3339(page.now_ms),
                "head": event_id(page.head),
                "next_before": cursors.cursor(page.messages[0], order) if page.more else None,
                "messages": [public(message, page.now_ms) for message in messages],
            }
        )

    async def get_message(self, request: Request) -> Response:
        message = await self.chat.message(request.path_params["id"])
        return _json(public(message, self.engine.hub.now_ms))

    async def post_message(self, request: Request) -> Response:
        sender = await self.identity.writer(request)
        body = await _body(request)

        def checked() -> posts.Post:
            return posts.post(_object(request, body), request.headers.get("idempotency-key"), self.max_length)

        message, is_new = await self.chat.post(sender, checked)
        headers = {"Location": f"/messages/{message.id}"} if is_new else {}
        return _json(public(message, self.engine.hub.now_ms), 201 if is_new else 200, headers)

    async def delete_message(self, request: Request) -> Response:
        sender = await self.identity.writer(request)
        message = await self.chat.delete(sender, request.path_params["id"])
        if message.account != sender.account:
            reason = request.query_params.get("reason", "")[:200] or "no reason given"
            await self.accounts.log_deletion(sender.account, message.account, message.room, reason)
        return Response(status_code=204, headers=NO_STORE)

    async def type(self, request: Request) -> Response:
        sender = await self.identity.writer(request)
        body = await _body(request)
        await self.chat.type(sender, posts.room(_object(request, body)))
        return Response(status_code=204, headers=NO_STORE)

    async def list_rooms(self, request: Request) -> Response:
        directory, readers = self.engine.directory, self.engine.hub.readers
        listed = [rooms.public(room, readers.total(slug)) for slug, room in sorted(directory.rooms.items())]
        return _json({"rooms": listed})


def application(api: Api, streaming: Streaming) -> ASGIApp:
    routes = [
        Route("/messages", Answered(api.list_messages), methods=["GET"]),
        Route("/messages", Answered(api.post_message), methods=["POST"]),
        Route("/messages/{id}", Answered(api.get_message), methods=["GET"]),
        Route("/messages/{id}", Answered(api.delete_message), methods=["DELETE"]),
        Route("/typing", Answered(api.type), methods=["POST"]),
        Route("/api/openapi.json", Answered(description), methods=["GET"]),
        Route("/rooms", Answered(api.list_rooms), methods=["GET"]),
        Route("/stream", streaming, methods=["GET"]),
    ]
    return Routed(Router(routes, redirect_slashes=False))  # it would send visitors to whatever Host they name


async def description(_request: Request) -> Response:
    """OpenAPI 3.1 of this API."""
    return Response((Path(__file__).parent / "openapi.json").read_bytes(), media_type="application/json")


async def _body(request: Request) -> bytes | None:
    """The body, None if it is too large: then no more of it is read than the limit."""
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            return None
        more = message.get("more_body", False)
    return body


def _object(request: Request, body: bytes | None) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongType("Content-Type must be application/json")
    if body is None:
        raise TooLarge(f"The body is larger than {BODY_LIMIT} bytes.")
    return posts.json_object(body)


def _order(text: str) -> Order:
    for order in get_args(Order):
        if text == order:
            return order  # type: ignore[no-any-return]  # one of the two
    raise BadRequest("order must be posted or expiry")


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise BadRequest("reverse must be true or false")
    return text == "true"


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise BadRequest(f"limit must be a whole number from 1 to {MOST}")
    return int(text)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(line(value), status, NO_STORE | (headers or {}), "application/json")
