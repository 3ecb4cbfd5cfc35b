"""A room: its address, its title, its limits."""

import re
from dataclasses import dataclass
from typing import Any

from blueprints.messenger.core.lifetimes import Limits

LOBBY = "lobby"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
"""A room's address: 1 to 40 lower-case letters, digits and inner hyphens."""


@dataclass(frozen=True, slots=True)
class Room:
    slug: str
    title: str
    lifetime: Limits
    open: bool = True
    """A room that is not open is read-only."""


def public(room: Room, readers: int) -> dict[str, Any]:
    """What `GET /rooms` says of a room; lifetimes in milliseconds."""
    limits = room.lifetime
    return {
        "slug": room.slug,
        "title": room.title,
        "lifetime": {"default": limits.default, "min": limits.min, "max": limits.max},
        "open": room.open,
        "readers": readers,
    }
