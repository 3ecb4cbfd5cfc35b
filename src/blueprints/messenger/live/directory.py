"""The rooms as the database has them, kept in memory because every request needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.messenger.core.refusals import UnknownRoom

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from blueprints.messenger.core.rooms import Room

LOOK_AGAIN_S = 1.0
"""How soon an unknown room is asked for again."""
TRUST_S = 30.0


class Directory:
    def __init__(self, ask: Callable[[], Awaitable[Iterable[Room]]], time: Callable[[], float]) -> None:
        self.ask, self.time = ask, time
        self.rooms: dict[str, Room] = {}
        self.asked_s = 0.0

    async def load(self) -> None:
        self.asked_s = self.time()
        self.rooms = {room.slug: room for room in await self.ask()}

    async def get(self, slug: str) -> Room:
        """Raises UnknownRoom."""
        if slug not in self.rooms and self.time() - self.asked_s >= LOOK_AGAIN_S:
            await self.load()
        if slug not in self.rooms:
            raise UnknownRoom("Room not found")
        return self.rooms[slug]

    @property
    def is_old(self) -> bool:
        return self.time() - self.asked_s >= TRUST_S
