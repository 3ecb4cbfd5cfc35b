"""The Web API's operations over catalogue, library and player, with the limits and scopes of 2026."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.spotify.demo.exchange import Refused, Reply, Request
from blueprints.spotify.demo.library import Library
from blueprints.spotify.demo.player import Player

Json = dict[str, Any]
BASE = "https://api.spotify.com/v1"
PLURALS = {"artist": "artists", "album": "albums", "track": "tracks", "playlist": "playlists", "show": "shows"}
PLURALS |= {"episode": "episodes", "audiobook": "audiobooks"}


@dataclass
class WebApi:
    library: Library
    player: Player
    opaque: bool = False
    """Whether player commands answer 200 with a text, as live servers do at times."""
    short_pages: bool = False
    """Whether pages hold one row less than they should, as happens live."""

    def page(self, request: Request, total: int, rows: Callable[[int], Any], default: int, most: int) -> Json:
        """A page of `total` rows, `rows` giving the one at an index; refuses limits that Spotify refuses."""
        limit, offset = number(request, "limit", default), number(request, "offset", 0)
        if not 1 <= limit <= most:
            raise Refused(400, "Invalid limit")
        if offset < 0:
            raise Refused(400, "Invalid offset")
        last = min(offset + limit - self.short_pages, total)
        href = f"{BASE}{request.path}"
        following = f"{href}?offset={offset + limit}&limit={limit}" if offset + limit < total else None
        previous = f"{href}?offset={max(0, offset - limit)}&limit={limit}" if offset else None
        return {
            "href": f"{href}?offset={offset}&limit={limit}",
            "items": [rows(index) for index in range(offset, last)],
            "limit": limit,
            "next": following,
            "offset": offset,
            "previous": previous,
            "total": total,
        }

    def listed(self, request: Request, found: Sequence[Any], default: int = 20, most: int = 50) -> Json:
        return self.page(request, len(found), lambda index: found[index], default, most)

    def done(self) -> Reply:
        return Reply(200, b"AAAAbbbbCCCC", {"Content-Type": "application/json"}) if self.opaque else Reply(204)


def number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise Refused(400, f"Invalid {name}") from None


@dataclass(frozen=True)
class Call:
    """One request, taken apart: `/albums/ID/tracks`, `/me/player/COMMAND`."""

    api: WebApi
    request: Request
    parts: list[str]

    @property
    def id(self) -> str:
        return self.parts[1]

    @property
    def command(self) -> str:
        return self.parts[2]

    def number(self, name: str, default: int) -> int:
        return number(self.request, name, default)
