"""A live half without Django: its API called as ASGI, with people who need no database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from blueprints.messenger.config import MessengerConfig
from blueprints.messenger.core.lifetimes import Limits
from blueprints.messenger.core.messages import Author
from blueprints.messenger.core.rooms import Room
from blueprints.messenger.core.senders import Sender
from blueprints.messenger.live.api import Api, application
from blueprints.messenger.live.half import Live
from blueprints.messenger.live.identity import Identity
from blueprints.messenger.live.streaming import Streaming
from blueprints.messenger.stores import Store
from tests.messenger.conftest import HOUR_MS, until

LIMITS = Limits(HOUR_MS, 1000, 604_800_000)
"""By default messages outlive their test; one that is to end says so."""
OTHER = Limits(60_000, 2000, 120_000)


class People:
    """The accounts' side of the contract: ann and bob by session, a bot of ann's by key, and a moderator."""

    def __init__(self) -> None:
        self.sessions = {
            "ann": Sender("1", Author("u_ann", "Ann"), session="ann"),
            "bob": Sender("2", Author("u_bob", "Bob"), session="bob"),
            "mod": Sender("3", Author("u_mod", "Mod"), is_moderator=True, session="mod"),
        }
        self.tokens = {"bpm_bot": Sender("1", Author("b_1", "Robot", bot=True, owner="Ann"), key=7)}
        self.rooms = [
            Room("lobby", "Lobby", LIMITS),
            Room("other", "Other", OTHER),
            Room("closed", "Closed", LIMITS, open=False),
            *(Room(f"room{number}", f"Room {number}", LIMITS) for number in range(25)),
        ]
        self.asked = 0
        self.logged: list[tuple[str, str, str, str]] = []

    async def of_session(self, key: str) -> Sender | None:
        self.asked += 1
        return self.sessions.get(key)

    async def of_token(self, token: str) -> Sender | None:
        self.asked += 1
        return self.tokens.get(token)

    async def log_deletion(self, moderator: str, account: str, room: str, reason: str) -> None:
        self.logged.append((moderator, account, room, reason))

    async def all_rooms(self) -> list[Room]:
        return list(self.rooms)


class World:
    """One worker's live half, and readers and writers of it."""

    def __init__(self, store: Store, people: People, **settings: Any) -> None:
        defaults: dict[str, Any] = {"streams_per_address": 0, "session_cache": timedelta(hours=1)}
        config = MessengerConfig(**(defaults | settings))
        self.people = people
        self.half = Live(config, store, people, people.all_rooms, b"secret")
        # a stand-in for Django's check: the token is the word "token"
        identity = Identity(
            self.half.sessions,
            self.half.tokens,
            "session",
            lambda request: "" if request.headers.get("x-csrftoken") == "token" else "CSRF token missing",
        )
        streaming = Streaming(
            self.half.engine, identity, lambda request: "1.2.3.4", config.max_streams, config.streams_per_address
        )
        self.app = application(Api(self.half.engine, self.half.chat, identity, people, config.max_length), streaming)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test")
        self.readers: list[Reader] = []

    @property
    def hub(self) -> Any:
        return self.half.engine.hub

    async def post(self, body: Any, who: str = "ann", **headers: str) -> httpx.Response:
        own = {"Cookie": f"session={who}", "X-CSRFToken": "token", "Content-Type": "application/json"}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post("/messages", content=content, headers=own | headers)

    async def posted(self, text: str = "hello", **fields: Any) -> dict[str, Any]:
        answer = await self.post({"message": text, **fields})
        assert answer.status_code == 201, answer.text
        await asyncio.sleep(0)  # what is called in this process need not give way by itself
        return dict(answer.json())

    async def brief(self, *readers: "Reader") -> dict[str, Any]:
        """A message of one second that all these were shown; posted anew where the machine slept through one."""
        while True:
            message = await self.posted("brief", lifetime=1000)
            end_ms = self.hub.now_ms + 1000
            await until(lambda: _all_saw(readers, message) or self.hub.now_ms > end_ms)  # noqa: B023 - awaited here
            if _all_saw(readers, message):
                return message

    async def delete(self, id_: str, who: str = "ann", **query: str) -> httpx.Response:
        headers = {"Cookie": f"session={who}", "X-CSRFToken": "token"}
        return await self.http.delete(f"/messages/{id_}", headers=headers, params=query)

    async def list(self, **query: Any) -> dict[str, Any]:
        answer = await self.http.get("/messages", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def read(self, query: str = "room=lobby", **headers: str) -> "Reader":
        """A stream that has been greeted."""
        reader = Reader(self.app, query, headers)
        self.readers.append(reader)
        await until(lambda: reader.named("hello") or reader.task.done(), "a greeting")
        return reader


class Reader:
    """A client of the stream; `pause` makes it stop reading."""

    def __init__(self, app: Any, query: str, headers: dict[str, str]) -> None:
        self.bytes = b""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.leave = asyncio.Event()
        self.ended = False
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/stream",
            "raw_path": b"/stream",
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("1.2.3.4", 5),
            "server": ("test", 80),
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        await self.may_read.wait()
        self.bytes += message.get("body", b"")
        self.ended = not message.get("more_body")

    @property
    def events(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(name, id, data) of all events so far."""
        found = []
        for block in self.bytes.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "event" in fields:
                found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
        return found

    def named(self, name: str) -> list[dict[str, Any]]:
        return [data for event, _, data in self.events if event == name]

    def ids(self, name: str) -> set[str]:
        """Of the messages that came, or of those whose end was told."""
        found = self.named(name)
        return {each for data in found for each in data.get("ids", [data.get("id")])}

    def readers(self) -> int | None:
        """As last told."""
        told = [data["readers"] for data in self.named("presence")]
        return told[-1] if told else None

    def texts(self) -> list[str]:
        return [data["message"] for data in self.named("message")]

    @property
    def last_id(self) -> str:
        return [id_ for _, id_, _ in self.events if id_][-1]

    async def close(self) -> None:
        self.leave.set()
        self.may_read.set()
        await asyncio.gather(self.task, return_exceptions=True)


def _all_saw(readers: tuple[Reader, ...], message: dict[str, Any]) -> bool:
    return all(message["id"] in reader.ids("message") for reader in readers)


@asynccontextmanager
async def world(store: Store, people: People | None = None, **settings: Any) -> AsyncIterator[World]:
    made = World(store, people or People(), **settings)
    await made.half.engine.start()
    try:
        yield made
    finally:
        for reader in made.readers:
            await reader.close()
        await made.half.engine.stop()
        await made.http.aclose()
