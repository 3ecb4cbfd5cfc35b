"""Which messages end next."""

from heapq import heapify, heappop, heappush

from blueprints.messenger.live.frames import MessageFrame

FEW = 1000


class Deadlines:
    def __init__(self) -> None:
        self.frames: dict[str, MessageFrame] = {}
        """All messages that are alive, by id."""
        self.heap: list[tuple[int, str]] = []

    def add(self, frame: MessageFrame) -> None:
        self.frames[frame.id] = frame
        heappush(self.heap, (frame.expires_ms, frame.id))

    def remove(self, id: str) -> None:
        """A message was deleted before its time."""
        if frame := self.frames.pop(id, None):
            frame.forget()
            if len(self.heap) > 2 * len(self.frames) + FEW:  # most are of deleted ones, some for days to come
                self.heap = [(one.expires_ms, one.id) for one in self.frames.values()]
                heapify(self.heap)

    def clear(self) -> None:
        for frame in self.frames.values():
            frame.forget()
        self.frames.clear()
        self.heap.clear()

    def next_ms(self) -> int | None:
        return self.heap[0][0] if self.heap else None

    def due(self, now_ms: int) -> list[MessageFrame]:
        """Messages whose time is up, forgotten: only their id and room are left."""
        ended = []
        while self.heap and self.heap[0][0] <= now_ms:
            frame = self.frames.pop(heappop(self.heap)[1], None)
            if frame:
                frame.forget()
                ended.append(frame)
        return ended
