"""A message and the JSON of it."""

import json
from dataclasses import dataclass
from typing import Any

from blueprints.messenger.core.times import rfc3339


@dataclass(frozen=True, slots=True)
class Author:
    id: str
    """Opaque and public; the same for all messages of one account or key."""
    name: str
    bot: bool = False
    owner: str | None = None
    """The name of the account behind a bot."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    room: str
    text: str
    author: Author
    account: str
    """Whose message it is; never shown."""
    email: str | None
    client_id: str | None
    posted_ms: int
    expires_ms: int
    position: int
    """Of its event; messages are in the order of their positions."""
    links: tuple[str, ...] = ()


def public(message: Message, now_ms: int) -> dict[str, Any]:
    """What everybody may know of a message at a moment; a clock that is behind lets nothing live longer."""
    author = message.author
    return {
        "id": message.id,
        "room": message.room,
        "message": message.text,
        "author": {"id": author.id, "name": author.name, "bot": author.bot, "owner": author.owner},
        "email": message.email,
        "client_id": message.client_id,
        "posted_at": rfc3339(message.posted_ms),
        "expires_at": rfc3339(message.expires_ms),
        "lifetime": message.expires_ms - message.posted_ms,
        "expires_in": max(0, message.expires_ms - max(now_ms, message.posted_ms)),
        "links": list(message.links),
    }


line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as one line of compact JSON."""
