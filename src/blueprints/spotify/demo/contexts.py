"""What is inside an album, an artist, a playlist, a show, and where in it the music starts."""

from typing import Any

from blueprints.spotify.demo import catalogue, library
from blueprints.spotify.demo.exchange import Refused


def start_row(uris: list[str], offset: Any) -> int:
    if not isinstance(offset, dict):
        return 0
    if "uri" in offset:
        if offset["uri"] not in uris:
            raise Refused(404, "Can't find the offset in the context")
        return uris.index(offset["uri"])
    position = offset.get("position", 0)
    if not isinstance(position, int) or not 0 <= position < len(uris):
        raise Refused(400, "Invalid offset")
    return position


def rows(kind: str, found: str) -> list[str]:
    """The URIs inside a context."""
    if kind == "album":
        return [one["uri"] for one in catalogue.album_tracks(catalogue.number_of("album", found))]
    if kind == "artist":
        first = catalogue.number_of("artist", found) * catalogue.ALBUMS_PER_ARTIST
        return [one["uri"] for one in catalogue.album_tracks(first)]
    if kind == "playlist":
        number = catalogue.number_of("playlist", found)
        uris = (library.playlist_uri(number, row) for row in range(library.row_count(number)))
        return [uri for uri in uris if uri]
    if kind == "show":
        first = catalogue.number_of("show", found) * catalogue.EPISODES
        return [f"spotify:episode:{catalogue.identifier('episode', first + one)}" for one in range(catalogue.EPISODES)]
    if kind == "collection":
        return library.Library().tracks
    raise Refused(400, "Unsupported context uri")
