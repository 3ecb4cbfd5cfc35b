"""Events as they go over the wire, encoded once and shared by all streams."""

from typing import Any

from blueprints.messenger.core.messages import Message, line, public
from blueprints.messenger.core.positions import event_id

STALE_MS = 20
"""How wrong `expires_in` may be when a message is sent."""
COMMENT = b":\n\n"
MARK = '"expires_in":0,'


class MessageFrame:
    """A message for many streams; empty as soon as its time is up, also where it still waits in a queue."""

    __slots__ = ("encoded", "encoded_ms", "end", "expires_ms", "id", "posted_ms", "room", "start")

    def __init__(self, message: Message) -> None:
        self.id, self.room = message.id, message.room
        self.posted_ms, self.expires_ms = message.posted_ms, message.expires_ms
        # strings inside are escaped, so the mark stands only where it is meant
        start, _, end = line(public(message, message.expires_ms)).rpartition(MARK)
        head = f"event: message\nid: {event_id(message.position)}\ndata: {start}"
        self.start, self.end = head.encode() + b'"expires_in":', f",{end}\n\n".encode()
        self.encoded, self.encoded_ms = b"", 0

    def at(self, now_ms: int) -> bytes:
        """The event when sent now; nothing once the message has expired."""
        if now_ms >= self.expires_ms:
            return b""
        if not 0 <= now_ms - self.encoded_ms <= STALE_MS:
            left_ms = self.expires_ms - max(now_ms, self.posted_ms)
            self.encoded = b"%b%d%b" % (self.start, left_ms, self.end)
            self.encoded_ms = now_ms
        return self.encoded

    def forget(self) -> None:
        """Drop the text: it expired or was deleted."""
        self.start = self.end = self.encoded = b""
        self.expires_ms = 0


Frame = bytes | MessageFrame


def event(name: str, data: Any, position: int | None = None) -> bytes:
    """One event; with a position it counts as delivered by whoever resumes."""
    point = "" if position is None else f"id: {event_id(position)}\n"
    return f"event: {name}\n{point}data: {line(data)}\n\n".encode()


def resync(room: str, reason: str, position: int) -> bytes:
    return event("resync", {"room": room, "reason": reason}, position)


def bye(reason: str, retry_ms: int) -> bytes:
    return event("bye", {"reason": reason, "retry": retry_ms})
