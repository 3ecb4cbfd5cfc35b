"""The account, its playlists and its library."""

from typing import Any

from blueprints.spotify.demo import catalogue, library
from blueprints.spotify.demo.catalogue_calls import album_object
from blueprints.spotify.demo.exchange import Refused, Reply, as_json
from blueprints.spotify.demo.webapi import BASE, Call

Json = dict[str, Any]


def me(call: Call) -> Reply:
    return as_json(call.api.library.profile())


def my_playlists(call: Call) -> Reply:
    return as_json(call.api.page(call.request, library.PLAYLISTS, library.playlist, 20, 50))


def playlist(call: Call) -> Reply:
    found = library.playlist(_playlist_number(call.id))
    return as_json({name: value for name, value in found.items() if name not in ("items", "tracks")})


def playlist_items(call: Call) -> Reply:
    number = _playlist_number(call.id)
    if library.owner_of(number) is not library.USER:
        raise Refused(403, "Forbidden")
    rows = library.row_count(number)
    return as_json(call.api.page(call.request, rows, lambda row: library.playlist_row(number, row), 20, 50))


def _playlist_number(identifier: str) -> int:
    number = catalogue.number_of("playlist", identifier)
    if number >= 60:
        raise Refused(404, "Resource not found")
    return number


def my_tracks(call: Call) -> Reply:
    uris = call.api.library.tracks
    return as_json(
        call.api.page(call.request, len(uris), lambda row: _saved("track", catalogue.playable(uris[row])), 20, 50)
    )


def my_albums(call: Call) -> Reply:
    numbers = [catalogue.number_of("album", uri.split(":")[2]) for uri in call.api.library.albums]
    return as_json(
        call.api.page(
            call.request, len(numbers), lambda row: _saved("album", album_object(call.api, numbers[row])), 20, 50
        )
    )


def _saved(kind: str, found: Json) -> Json:
    return {"added_at": "2026-05-04T08:00:00Z", kind: found}


def following(call: Call) -> Reply:
    if call.request.query.get("type") != "artist":
        raise Refused(400, "Invalid type")
    limit, after = call.number("limit", 20), call.request.query.get("after")
    if not 1 <= limit <= 50:
        raise Refused(400, "Invalid limit")
    ids = [uri.split(":")[2] for uri in call.api.library.artists]
    start = ids.index(after) + 1 if after in ids else 0
    chosen = ids[start : start + limit]
    cursor = chosen[-1] if start + limit < len(ids) else None
    page: Json = {
        "href": f"{BASE}/me/following",
        "limit": limit,
        "cursors": {"after": cursor} if cursor else {},
        "total": len(ids),
        "items": [catalogue.artist(catalogue.number_of("artist", one)) for one in chosen],
    }
    return as_json({"artists": {**page, "next": f"{BASE}/me/following?after={cursor}"} if cursor else page})


def save(call: Call) -> Reply:
    call.api.library.change(_uris(call), saved=call.request.method == "PUT")
    return Reply(200)


def contains(call: Call) -> Reply:
    return as_json(call.api.library.contains(_uris(call)))


def _uris(call: Call) -> list[str]:
    uris = [uri for uri in call.request.query.get("uris", "").split(",") if uri]
    if not 1 <= len(uris) <= library.MOST_URIS or not all(uri.startswith("spotify:") for uri in uris):
        raise Refused(400, "Invalid uris")
    return uris
