"""How many read each room, over all workers."""

from typing import TYPE_CHECKING

from blueprints.messenger.live.audience import Audience
from blueprints.messenger.live.frames import event
from blueprints.messenger.stores import Presence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.messenger.live.stream import Stream

FEW = 5
"""Addresses with fewer streams in a worker are not reported to the others."""


class Readers:
    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.told: dict[str, int] = {}
        """What the pages of a room know."""
        self.others: Sequence[Presence] = ()
        self.newcomers: set[Stream] = set()

    def own(self) -> Presence:
        busy = {address: count for address, count in self.audience.addresses.items() if count >= FEW}
        return Presence(self.audience.readers(), busy)

    def total(self, room: str) -> int:
        return len(self.audience.rooms.get(room, ())) + sum(other.readers.get(room, 0) for other in self.others)

    def of_address(self, address: str) -> int:
        """Streams from an address: exact here, as of a second ago elsewhere."""
        return self.audience.addresses[address] + sum(other.addresses.get(address, 0) for other in self.others)

    def tell(self) -> None:
        """Send the counts that changed to everybody, the others to those who have just come."""
        totals = {room: self.total(room) for room in self.audience.rooms}
        for room, readers in totals.items():
            frame = event("presence", {"room": room, "readers": readers})
            if self.told.get(room) != readers:
                self.audience.send(room, frame)
                continue
            for stream in self.newcomers & self.audience.rooms[room]:
                stream.put(frame)
        self.told = totals
        self.newcomers.clear()
