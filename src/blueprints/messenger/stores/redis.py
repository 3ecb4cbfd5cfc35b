"""Messages in Redis 6.2 or newer, for many processes and machines.

Each change is one Lua script: after a crash at any point a message is in all structures or in none. Under the prefix
lie `message:<id>` (text, dies at its deadline by itself), `posted:<room>` and `deadlines:<room>` (sorted sets of ids),
`rooms`, `live` (how many messages), `log` (a stream of ids), `retry:…`, `bucket:…`, `workers` and `presence:…`, `born`,
and the channel `bus`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from blueprints.errors import UpstreamError
from blueprints.messenger.core.messages import Author, Message, line
from blueprints.messenger.core.positions import STEP, event_id, position
from blueprints.messenger.stores import PRESENCE_S, RETRY_S, Batch, Down, Entry, Page, Posted, Presence, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from blueprints.messenger.stores import Allowance, Draft, Kind, Notice, Order

OLDEST = (6, 2)
PAGE = 500


@dataclass(frozen=True)
class Settings:
    url: Annotated[str, "Address of the Redis server."] = "redis://127.0.0.1:6379/0"
    prefix: Annotated[str, "What all keys begin with."] = "messenger:"

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section, never the password."""
        try:
            parts = urlsplit(self.url)
            is_right = parts.scheme in ("redis", "rediss", "unix") and parts.port != 0
        except ValueError:
            is_right = False
        if not is_right:
            raise ValueError("url: give redis://host:port/number, rediss://… or unix:///path")


class Store:
    one_process = False

    def __init__(self, settings: Settings, capacity: int, replay_events: int) -> None:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        from blueprints.messenger.stores._line import Line

        self.settings, self.capacity, self.replay_events = settings, capacity, replay_events
        # no retries here: a post whose answer was lost must not be sent again without its sender's knowledge
        self.redis = Redis.from_url(
            settings.url, decode_responses=True, socket_timeout=3, socket_connect_timeout=3, retry=Retry(NoBackoff(), 0)
        )
        self.line = Line(self.redis)

    async def open(self) -> list[str]:
        await self._check_version()
        await self._run("open")
        return await self._warnings()

    async def close(self) -> None:
        await self.redis.aclose()

    async def now_ms(self) -> int:
        return int((await self._run("read", "9-0", 1))[0])

    async def post(self, draft: Draft, allowance: Allowance) -> Posted:
        answer = await self._run(
            "post",
            draft.id,
            draft.room,
            draft.lifetime_ms,
            _body(draft),
            draft.retry_key or "",
            draft.digest,
            RETRY_S * 1000,
            allowance.sender,
            allowance.burst,
            allowance.per_second,
            self.capacity,
            self.replay_events,
        )
        match answer:
            case ["flood", wait_ms]:
                return Posted("flood", wait_ms=int(wait_ms))
            case ["posted" | "repeat" as outcome, value]:
                return Posted(outcome, _message(value))
        return Posted(answer[0])

    async def take(self, allowance: Allowance) -> int:
        return int(await self._run("take", allowance.sender, allowance.burst, allowance.per_second))

    async def get(self, id: str) -> Message | None:
        value = await self._command(self.redis.get(f"{self.settings.prefix}message:{id}"))
        return _message(value) if value else None

    async def page(self, room: str, limit: int, order: Order, before: tuple[int, str] | None) -> Page:
        score, member = "+inf", ""
        if before and order == "posted":
            score = f"({before[0] // STEP * 1000 + before[0] % STEP}"
        elif before:
            score, member = str(before[0]), before[1]
        now, head, values = await self._run("page", room, limit, order, score, member)
        messages = [_message(value) for value in reversed(values)]
        return Page(messages[-limit:], len(messages) > limit, _position(head), int(now))

    async def delete(self, message: Message, by: str) -> bool:
        return bool(await self._run("delete", message.id, message.room, by, self.replay_events))

    async def purge(self) -> int:
        return int(await self._run("purge"))

    async def state(self) -> State:
        born, length, first, rooms = await self._run("open")
        born_at = int(born) * STEP
        floor = self._floor(born, length, first)
        entries = await self._log()
        messages = [message for room in sorted(rooms) for message in await self._all(room)]
        head = entries[-1].position if entries else born_at
        return State(messages, entries, floor, born_at, head, await self.now_ms())

    async def read(self, after: int, limit: int) -> Batch:
        now, head, born, length, oldest, entries, texts = await self._run("read", event_id(after), limit)
        messages = {found: _message(value) for found, value in zip(texts[::2], texts[1::2], strict=True)}
        if not born:  # emptied under our feet
            born = (await self._run("open"))[0]
        found = [_entry(*entry) for entry in entries]
        return Batch(found, messages, _position(head), int(now), int(born) * STEP, self._floor(born, length, oldest))

    async def tell(self, notice: Notice) -> None:
        await self._command(self.redis.publish(f"{self.settings.prefix}bus", line(notice)))

    async def listen(self, wake: Callable[[], None], hear: Callable[[Notice], None]) -> None:
        from redis.exceptions import RedisError

        try:
            async with self.redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(f"{self.settings.prefix}bus")
                wake()  # whatever came before the subscription
                while True:
                    _hand_out(await pubsub.get_message(timeout=60), wake, hear)
        except (RedisError, OSError) as error:
            raise Down("The message bus cannot be reached.") from error

    async def presence(self, worker: str, own: Presence) -> Sequence[Presence]:
        blob = line([own.readers, own.addresses])
        others = await self._run("presence", worker, blob, PRESENCE_S * 1000)
        return [Presence(*json.loads(other)) for other in others]

    async def _run(self, script: str, *arguments: Any) -> Any:
        return await self.line.run(script, self.settings.prefix, *arguments)

    async def _command(self, command: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return await command
        except (RedisError, OSError) as error:
            raise Down(f"Redis at {self.address} cannot be reached.") from error

    @property
    def address(self) -> str:
        """Where the server is, without a password."""
        parts = urlsplit(self.settings.url)
        return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path

    async def _check_version(self) -> None:
        try:
            info = await self._command(self.redis.info("server"))
        except Down as error:
            raise UpstreamError(
                f"Redis at {self.address} does not answer: start it, or correct messenger.redis.url"
            ) from error
        version = str(info["redis_version"])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            raise UpstreamError(f"Redis at {self.address} is version {version}; the messenger needs 6.2 or newer")

    async def _warnings(self) -> list[str]:
        info = await self._command(self.redis.info("persistence"))
        kept = ["an append-only file"] if info.get("aof_enabled") else []
        if await self._writes_snapshots():
            kept.insert(0, "snapshots")
        if not kept:
            return []
        return [f"Redis at {self.address} writes {' and '.join(kept)}: texts of messages reach its disk"]

    async def _writes_snapshots(self) -> bool:
        try:
            return bool((await self._command(self.redis.config_get("save"))).get("save"))
        except Down:  # CONFIG is often forbidden where Redis is rented; then nobody can tell
            return False

    def _floor(self, born: str, length: int, oldest: str) -> int:
        """The position after which the log is complete: it has been cut once it is as long as it may get."""
        return _position(oldest) if length >= self.replay_events else int(born) * STEP

    async def _log(self) -> list[Entry]:
        entries: list[Entry] = []
        while batch := (await self.read(entries[-1].position if entries else 0, PAGE)).entries:
            entries += batch
        return entries

    async def _all(self, room: str) -> list[Message]:
        page = await self.page(room, PAGE, "posted", None)
        messages = page.messages
        while page.more and page.messages:
            page = await self.page(room, PAGE, "posted", (page.messages[0].position, ""))
            messages = page.messages + messages
        return messages


def _body(draft: Draft) -> str:
    author = draft.author
    return line(
        [
            draft.id,
            draft.room,
            draft.text,
            [author.id, author.name, author.bot, author.owner],
            draft.account,
            draft.email,
            draft.client_id,
            draft.links,
        ]
    )


def _message(value: str) -> Message:
    posted, expires, at, body = value.split(":", 3)
    key, room, text, author, account, email, client_id, links = json.loads(body)
    author = Author(*author)
    return Message(
        key, room, text, author, account, email, client_id, int(posted), int(expires), _position(at), tuple(links)
    )


def _entry(at: str, fields: list[str] | dict[str, str]) -> Entry:
    named = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    kind: Kind = "deleted" if named["kind"] == "deleted" else "message"
    return Entry(_position(at), kind, named["room"], named["id"], named.get("by", ""))


def _position(text: str) -> int:
    found = position(text)
    assert found is not None  # noqa: S101 - Redis makes these ids
    return found


def _hand_out(message: dict[str, Any] | None, wake: Callable[[], None], hear: Callable[[Notice], None]) -> None:
    if message is None:
        return
    if message["data"]:
        hear(json.loads(message["data"]))
    else:
        wake()
