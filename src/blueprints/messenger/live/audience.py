"""The streams of this worker, by room and by address."""

from collections import Counter
from collections.abc import Iterable

from blueprints.messenger.live.frames import Frame, resync
from blueprints.messenger.live.stream import MOST_WAITING, Stream


class Audience:
    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.rooms: dict[str, set[Stream]] = {}
        self.addresses: Counter[str] = Counter()
        self.position = 0
        """Of the newest event that was sent."""

    def add(self, stream: Stream) -> None:
        self.streams.add(stream)
        self.addresses[stream.address] += 1
        for room in stream.rooms:
            self.rooms.setdefault(room, set()).add(stream)

    def remove(self, stream: Stream) -> None:
        self.streams.discard(stream)
        self.addresses[stream.address] -= 1
        if not self.addresses[stream.address]:
            del self.addresses[stream.address]
        for room in stream.rooms:
            self.rooms[room].discard(stream)
            if not self.rooms[room]:
                del self.rooms[room]

    def send(self, room: str, frame: Frame) -> None:
        """To all streams of a room; one that is too far behind is told to fetch the list instead."""
        for stream in self.rooms.get(room, ()):
            if len(stream.queue) >= MOST_WAITING:
                stream.replace(resync(each, "overflow", self.position) for each in stream.rooms)
            else:
                stream.put(frame)

    def send_all(self, frame: Frame) -> None:
        for stream in self.streams:
            stream.put(frame)

    def resync(self, reason: str) -> None:
        """Tell everybody that the lists have to be fetched again."""
        for room in self.rooms:
            self.send(room, resync(room, reason, self.position))

    def close(self, streams: Iterable[Stream], last: bytes) -> None:
        for stream in list(streams):
            stream.close(last)

    def readers(self) -> dict[str, int]:
        return {room: len(streams) for room, streams in self.rooms.items()}
