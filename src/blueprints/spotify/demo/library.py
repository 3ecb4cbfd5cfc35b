"""What the account owns: playlists, saved and followed things, and what was played lately."""

from dataclasses import dataclass, field
from typing import Any

from blueprints.spotify.demo import catalogue, names
from blueprints.spotify.demo.exchange import Refused

Json = dict[str, Any]

USER = {"id": "listener", "display_name": "Demo Listener"}
STRANGER = {"id": "stranger", "display_name": "Somebody Else"}
PLAYLISTS = 23
MIXED, LONG, FOREIGN, EMPTY = 0, 1, 2, 3
"""Numbers of the playlists with something special about them."""
TITLES = {MIXED: "Morning Coffee", LONG: "Everything I Ever Heard", FOREIGN: "Elsewhere's Top Hits", EMPTY: "Someday"}
LONG_ROWS = 10_000
MOST_URIS = 40


def _track_uri(number: int) -> str:
    """A track that exists, spread over the catalogue."""
    artist = 1 + number % (catalogue.ARTISTS - 1)
    album = artist * catalogue.ALBUMS_PER_ARTIST + number // 400 % catalogue.album_count(artist)
    row = number % catalogue.track_count(album)
    return f"spotify:track:{catalogue.identifier('track', album * catalogue.TRACKS_PER_ALBUM + row)}"


def _uris(kind: str, numbers: range, step: int) -> list[str]:
    return [f"spotify:{kind}:{catalogue.identifier(kind, number * step)}" for number in numbers]


@dataclass
class Library:
    """Newest first, as Spotify lists them."""

    tracks: list[str] = field(default_factory=lambda: [_track_uri(number * 3) for number in range(137)])
    albums: list[str] = field(default_factory=lambda: _uris("album", range(35), catalogue.ALBUMS_PER_ARTIST))
    artists: list[str] = field(default_factory=lambda: _uris("artist", range(60), 5))
    others: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=lambda: [_track_uri(number * 13) for number in range(64)])

    def profile(self) -> Json:
        return {**_person(USER), "display_name": USER["display_name"], "images": []}

    def shelf(self, uri: str) -> list[str]:
        kind = uri.split(":")[1] if uri.count(":") >= 2 else ""
        return {"track": self.tracks, "album": self.albums, "artist": self.artists}.get(kind, self.others)

    def change(self, uris: list[str], *, saved: bool) -> None:
        if any(uri.startswith("spotify:artist:") for uri in uris):
            raise Refused(400, "Unsupported uri")
        for uri in uris:
            shelf = self.shelf(uri)
            if uri in shelf:
                shelf.remove(uri)
            if saved:
                shelf.insert(0, uri)

    def contains(self, uris: list[str]) -> list[bool]:
        return [uri in self.shelf(uri) for uri in uris]


def owner_of(playlist: int) -> Json:
    return STRANGER if playlist == FOREIGN or playlist >= PLAYLISTS else USER


def title(playlist: int) -> str:
    return TITLES.get(playlist) or names.playlist(playlist)


def row_count(playlist: int) -> int:
    return {MIXED: 24, LONG: LONG_ROWS, FOREIGN: 50, EMPTY: 0}.get(playlist, 5 + playlist * 11 % 60)


def playlist(number: int) -> Json:
    """Old answers count rows under `tracks`, new ones under `items`, some carry both."""
    made = catalogue.identifier("playlist", number)
    held = {"href": f"https://api.spotify.com/v1/playlists/{made}/items", "total": row_count(number)}
    keys = (("items",), ("tracks",), ("items", "tracks"))[number % 3]
    return {
        "collaborative": False,
        "description": "",
        "external_urls": {"spotify": f"https://open.spotify.com/playlist/{made}"},
        "href": f"https://api.spotify.com/v1/playlists/{made}",
        "id": made,
        "images": [],
        "name": title(number),
        "owner": {**_person(owner_of(number)), "display_name": owner_of(number)["display_name"]},
        "public": True,
        "snapshot_id": "AAAA",
        **dict.fromkeys(keys, held),
        "type": "playlist",
        "uri": f"spotify:playlist:{made}",
    }


def _person(user: Json) -> Json:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{user['id']}"},
        "href": f"https://api.spotify.com/v1/users/{user['id']}",
        "id": user["id"],
        "type": "user",
        "uri": f"spotify:user:{user['id']}",
    }


def playlist_uri(number: int, row: int) -> str | None:
    """What stands in a row; None is an entry that Spotify no longer has."""
    if number == MIXED and row in (3, 5, 7):
        local = catalogue.local_track()["uri"]
        return {3: str(local), 5: f"spotify:episode:{catalogue.identifier('episode', 0)}", 7: None}[row]
    return _track_uri(number * 1000 + row)


def playlist_row(number: int, row: int) -> Json:
    """The entry under its new key `item`, its old key `track`, or both."""
    uri = playlist_uri(number, row)
    found = catalogue.playable(uri) if uri else None
    keys = (("item",), ("track",), ("item", "track"))[row % 3]
    return {
        "added_at": "2026-05-04T08:00:00Z",
        "added_by": _person(owner_of(number)),
        "is_local": bool(found and found.get("is_local")),
        **dict.fromkeys(keys, found),
    }
