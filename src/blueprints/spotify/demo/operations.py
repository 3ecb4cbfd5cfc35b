"""What exists, which scopes it needs, and what is gone."""

from collections.abc import Callable
from dataclasses import dataclass

from blueprints.spotify.demo import catalogue_calls, library_calls, player_calls
from blueprints.spotify.demo.exchange import Refused, Reply, Request
from blueprints.spotify.demo.webapi import Call


@dataclass(frozen=True)
class Operation:
    """`scopes`: any one of them will do; `user` needs a person's login."""

    answer: Callable[[Call], Reply]
    scopes: tuple[str, ...] = ()
    user: bool = True


STATE, CONTROL = ("user-read-playback-state",), ("user-modify-playback-state",)
LIBRARY_WRITE = ("user-library-modify", "user-follow-modify", "playlist-modify-public")
OPERATIONS: dict[str, Operation] = {
    "GET /search": Operation(catalogue_calls.search, user=False),
    "GET /artists/*": Operation(catalogue_calls.artist, user=False),
    "GET /artists/*/albums": Operation(catalogue_calls.artist_albums, user=False),
    "GET /albums/*": Operation(catalogue_calls.album, user=False),
    "GET /albums/*/tracks": Operation(catalogue_calls.album_tracks, user=False),
    "GET /me": Operation(library_calls.me),
    "GET /me/playlists": Operation(library_calls.my_playlists, ("playlist-read-private",)),
    "GET /playlists/*": Operation(library_calls.playlist),
    "GET /playlists/*/items": Operation(library_calls.playlist_items, ("playlist-read-private",)),
    "GET /me/tracks": Operation(library_calls.my_tracks, ("user-library-read",)),
    "GET /me/albums": Operation(library_calls.my_albums, ("user-library-read",)),
    "GET /me/following": Operation(library_calls.following, ("user-follow-read",)),
    "PUT /me/library": Operation(library_calls.save, LIBRARY_WRITE),
    "DELETE /me/library": Operation(library_calls.save, LIBRARY_WRITE),
    "GET /me/library/contains": Operation(
        library_calls.contains, ("user-library-read", "user-follow-read", "playlist-read-private")
    ),
    "GET /me/player": Operation(player_calls.state, STATE),
    "PUT /me/player": Operation(player_calls.transfer, CONTROL),
    "GET /me/player/devices": Operation(player_calls.devices, STATE),
    "GET /me/player/queue": Operation(player_calls.queue, STATE),
    "GET /me/player/recently-played": Operation(player_calls.recent, ("user-read-recently-played",)),
    **{
        f"PUT /me/player/{name}": Operation(player_calls.command, CONTROL)
        for name in ("play", "pause", "seek", "repeat", "volume")
    },
    "PUT /me/player/shuffle": Operation(player_calls.command, CONTROL),
    **{f"POST /me/player/{name}": Operation(player_calls.command, CONTROL) for name in ("next", "previous", "queue")},
}
REMOVED = ("/tracks", "/albums", "/artists", "/shows", "/episodes", "/chapters", "/audiobooks", "/recommendations")
"""Batch reads and more that a development-mode app is refused since 2026."""


def operation(request: Request) -> tuple[Operation, list[str]]:
    """The operation and the parts of its path; raises Refused for what does not exist, or no longer."""
    parts = [part for part in request.path.split("/") if part]
    for starred in (parts, [part if row != 1 else "*" for row, part in enumerate(parts)]):
        found = OPERATIONS.get(f"{request.method} /{'/'.join(starred)}")
        if found:
            return found, parts
    gone = ("top-tracks", "related-artists", "users", "browse", "audio-features", "audio-analysis")
    if request.path in REMOVED or any(name in parts for name in gone) or request.path.endswith("/tracks"):
        raise Refused(403, "Forbidden")
    raise Refused(404, "Service not found")
