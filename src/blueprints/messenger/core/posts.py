"""The body of a post: from bytes to checked fields, refused in a fixed order."""

import json
from dataclasses import dataclass
from typing import Any

from blueprints.messenger.core.refusals import BadRequest, Invalid
from blueprints.messenger.core.rooms import LOBBY
from blueprints.messenger.core.text import clean

CLIENT_ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Post:
    text: str
    room: str
    lifetime: Any
    """As sent: whether it may be is up to the room."""
    client_id: str | None


def json_object(body: bytes) -> dict[str, Any]:
    """Raises BadRequest for anything but one JSON object."""
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):  # too deep is no JSON for us either
        value = None
    if not isinstance(value, dict):
        raise BadRequest("JSON payload expected")
    return value


def post(fields: dict[str, Any], key: str | None, max_length: int) -> Post:
    """The checked fields of a post; `key` is the header that stands for `client_id`. Raises BadRequest or Invalid."""
    if "message" not in fields:
        raise BadRequest("No message given")
    return Post(
        text=clean(fields["message"], max_length),
        room=room(fields),
        lifetime=fields.get("lifetime"),
        client_id=_client_id(fields.get("client_id"), key),
    )


def room(fields: dict[str, Any]) -> str:
    """The room that a body names, the lobby if it names none; raises Invalid."""
    slug = fields.get("room", LOBBY)
    if not isinstance(slug, str):
        raise Invalid("room must be a string", field="room", rule="not-a-string")
    return slug


def _client_id(field: Any, header: str | None) -> str | None:
    given = header if field is None else field
    if given is None:
        return None
    if not isinstance(given, str) or not 1 <= len(given) <= CLIENT_ID_LENGTH or not given.isprintable():
        why = f"client_id must be a string of 1 to {CLIENT_ID_LENGTH} printable characters, or null"
        raise Invalid(why, field="client_id", rule="client-id")
    return given
