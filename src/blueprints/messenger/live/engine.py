"""Runs one worker's live half: follows the log, listens to the bus, keeps time."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

from blueprints.messenger.core.rooms import public
from blueprints.messenger.live.frames import COMMENT, event
from blueprints.messenger.live.hub import HEARTBEAT_MS, Hub
from blueprints.messenger.live.writers import Writers
from blueprints.messenger.stores import Down

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from blueprints.messenger.live.directory import Directory
    from blueprints.messenger.live.senders import Known
    from blueprints.messenger.stores import Notice, Store

TICK_S = 1.0
MANY = 1000
"""A purge that removed so much may have left some."""
log = logging.getLogger(__name__)


class Engine:
    def __init__(self, store: Store, directory: Directory, known: tuple[Known, ...], replay_events: int) -> None:
        self.store, self.directory, self.known = store, directory, known
        self.news, self.ends = asyncio.Event(), asyncio.Event()
        self.hub = Hub(store, replay_events, purge=self.ends.set)
        self.writers = Writers()
        self.worker = secrets.token_hex(8)
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises Down, or UpstreamError if the store can never work."""
        for warning in await self.store.open():
            log.warning(warning)
        await self.directory.load()
        await self.hub.load()
        for work in (self._follow, self._listen, self._purge, self._beat, self._count, self._refresh):
            self._spawn(self._forever(work))

    async def stop(self) -> None:
        self.hub.shut()
        self.hub.expiry.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.store.close()

    def hear(self, notice: Notice) -> None:
        """Act on what any worker told."""
        match notice:
            case {"kind": "typing", "room": str(room), "author": author}:
                if self.writers.is_news(room, author["id"], asyncio.get_running_loop().time()):
                    self.hub.audience.send(room, event("typing", {"room": room, "author": author}))
            case {"kind": "room", "room": str(room)}:
                self._spawn(self._room_changed(room))
            case {"kind": "revoked"}:
                self._revoke(notice)

    def _revoke(self, notice: Notice) -> None:
        """Forget who somebody is and end the streams that are meant; an empty reason ends none."""
        account, session, key = notice.get("account", ""), notice.get("session", ""), notice.get("key", 0)
        for known in self.known:
            known.forget(
                lambda sender: (
                    (account and sender.account == account)
                    or (session and sender.session == session)
                    or (key and sender.key == key)
                )
            )
        if reason := notice.get("reason"):
            self.hub.dismiss(reason, account=account, session=session)

    async def _room_changed(self, slug: str) -> None:
        await self.directory.load()
        if room := self.directory.rooms.get(slug):
            self.hub.audience.send(slug, event("room", public(room, self.hub.readers.total(slug))))

    async def _follow(self) -> None:
        await self.news.wait()
        self.news.clear()
        await self.hub.follow()

    async def _listen(self) -> None:
        await self.store.listen(self.news.set, self.hear)

    async def _purge(self) -> None:
        await self.ends.wait()
        self.ends.clear()
        while await self.store.purge() >= MANY:
            pass

    async def _beat(self) -> None:
        """Every second: look for news and ends, because a wake-up can be lost, and keep silent streams open."""
        await asyncio.sleep(TICK_S)
        self.news.set()
        self.ends.set()
        late_s = asyncio.get_running_loop().time() - HEARTBEAT_MS / 1000 + TICK_S
        for stream in list(self.hub.audience.streams):
            if stream.sent_s < late_s and not stream.queue and not stream.backlog:
                stream.put(COMMENT)

    async def _count(self) -> None:
        await asyncio.sleep(TICK_S)
        readers = self.hub.readers
        try:
            readers.others = await self.store.presence(self.worker, readers.own())
        finally:
            readers.tell()

    async def _refresh(self) -> None:
        await asyncio.sleep(TICK_S)
        if self.directory.is_old:
            await self.directory.load()

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Down:
                await asyncio.sleep(TICK_S / 2)
            except Exception:
                log.exception("%s failed", work.__name__.strip("_"))
                await asyncio.sleep(TICK_S)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
