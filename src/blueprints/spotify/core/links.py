"""What a user may point at: a URI, an `open.spotify.com` link, a bare id; anything else is words to search for."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from blueprints.spotify.errors import BadArgument

KINDS = ("track", "album", "artist", "playlist", "show", "episode", "audiobook", "chapter")
CONTEXTS = ("album", "artist", "playlist", "show", "audiobook", "collection")
PLAYABLE = ("track", "episode", "chapter")
ID = re.compile(r"[0-9A-Za-z]{22}")


@dataclass(frozen=True)
class Link:
    """Something of Spotify's: its kind, its id, and the URI as it is sent."""

    kind: str
    id: str
    uri: str

    @property
    def is_context(self) -> bool:
        return self.kind in CONTEXTS


def parse(text: str) -> Link | None:
    """The thing `text` points at, None when it is words. Raises BadArgument for a link that leads nowhere."""
    text = text.strip()
    if re.match(r"spotify:[a-z]", text):
        return _from_parts(text, text.split(":")[1:])
    if re.match(r"(https?://)?(open|play)\.spotify\.com/", text, re.IGNORECASE):
        address = text if "//" in text else f"https://{text}"
        return _from_parts(text, [part for part in urlsplit(address).path.split("/") if part])
    if re.match(r"[a-z]+://", text):
        raise BadArgument(f"{text!r} is no link of open.spotify.com")
    return None


def _from_parts(text: str, parts: list[str]) -> Link:
    """`[intl-de, embed] KIND ID`, or the old `user NAME playlist ID` and `user ID collection`."""
    parts = [part for part in parts if not part.startswith("intl-") and part != "embed"]
    if parts[:1] == ["user"] and len(parts) >= 3:
        if parts[2] == "collection":
            return Link("collection", parts[1], f"spotify:user:{parts[1]}:collection")
        parts = parts[2:]
    if parts[:1] == ["collection"]:
        return Link("collection", "", "spotify:collection")
    if len(parts) >= 2 and parts[0] in KINDS and (ID.fullmatch(parts[1]) or text.startswith("spotify:")):
        return Link(parts[0], parts[1], f"spotify:{parts[0]}:{parts[1]}")
    raise BadArgument(f"{text!r} is no Spotify link: it should name one of {', '.join(KINDS)} and an id")


def by_id(text: str, kind: str) -> Link | None:
    """A link as `parse` finds it, or a bare id of 22 characters taken as one of `kind`."""
    if ID.fullmatch(text.strip()):
        return Link(kind, text.strip(), f"spotify:{kind}:{text.strip()}")
    return parse(text)


def all_links(words: tuple[str, ...]) -> list[Link] | None:
    """Every argument as a link, None when they are words to search for; raises BadArgument for a mixture."""
    found = [parse(word) for word in words]
    links = [link for link in found if link]
    if links and len(links) < len(found):
        raise BadArgument("give either links or words to search for, not both")
    return links or None


def play_body(links: list[Link], start: int | None = None, at_ms: int | None = None) -> dict[str, object]:
    """The body that plays one context, or a list of tracks; `start` is a 1-based row, `at_ms` a position."""
    body: dict[str, object] = {}
    if links and links[0].is_context:
        if len(links) > 1:
            raise BadArgument("only tracks and episodes can be played as a list: give one album, artist or playlist")
        body["context_uri"] = links[0].uri
        if start is not None and links[0].kind == "artist":
            raise BadArgument("an artist has no rows to start from: leave --start away, or play an album")
    elif links:
        if any(link.is_context for link in links):
            raise BadArgument("only tracks and episodes can be played as a list: give one album, artist or playlist")
        body["uris"] = [link.uri for link in links]
    if start is not None:
        body["offset"] = {"position": start - 1}
    if at_ms is not None:
        body["position_ms"] = at_ms
    return body
