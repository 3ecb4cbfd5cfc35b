"""Places in a list: `<ms>-<n>` (posting order), `<deadline in ms>-<message id>` (order of expiry)."""

import re

from blueprints.messenger.core.messages import Message
from blueprints.messenger.core.positions import event_id, position

BY_DEADLINE = re.compile(r"([0-9]{1,15})-([0-9a-f]{32})", re.ASCII)
MESSAGE_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def cursor(message: Message, order: str) -> str:
    """Where the page before the one that starts with this message ends; valid also when the message is gone."""
    return event_id(message.position) if order == "posted" else f"{message.expires_ms}-{message.id}"


def place(text: str, order: str) -> tuple[int, str] | None:
    """What a cursor of the order points at, None if it is none."""
    if order == "posted":
        at = position(text)
        return None if at is None else (at, "")
    found = BY_DEADLINE.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def is_message_id(text: str) -> bool:
    return MESSAGE_ID.fullmatch(text) is not None
