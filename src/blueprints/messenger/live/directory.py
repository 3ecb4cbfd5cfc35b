"""The rooms as the database has them, kept in memory because every request needs one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from blueprints.messenger.core.refusals import UnknownRoom

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from blueprints.messenger.core.rooms import Room

LOOK_AGAIN_S = 0.1
"""How soon the database is asked again for an unknown room; whoever wants one waits for that."""
TRUST_S = 30.0


class Directory:
    def __init__(self, ask: Callable[[], Awaitable[Iterable[Room]]], time: Callable[[], float]) -> None:
        self.ask, self.time = ask, time
        self.rooms: dict[str, Room] = {}
        self.asked_s = 0.0
        self.next: asyncio.Task[None] | None = None
        """A load that has not begun."""

    async def load(self) -> None:
        self.asked_s = self.time()
        self.rooms = {room.slug: room for room in await self.ask()}

    async def get(self, slug: str) -> Room:
        """Raises UnknownRoom."""
        if slug not in self.rooms:
            await self._look_again()
        if slug not in self.rooms:
            raise UnknownRoom("Room not found")
        return self.rooms[slug]

    async def _look_again(self) -> None:
        """Another worker may just have made the room: an answer counts only if it was asked for from now on."""
        if self.next is None:
            self.next = asyncio.create_task(self._load_soon())
        await asyncio.shield(self.next)

    async def _load_soon(self) -> None:
        await asyncio.sleep(max(0.0, self.asked_s + LOOK_AGAIN_S - self.time()))
        self.next = None
        await self.load()

    @property
    def is_old(self) -> bool:
        return self.time() - self.asked_s >= TRUST_S
