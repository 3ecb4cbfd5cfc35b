"""Search, artists and albums."""

from typing import Any

from blueprints.spotify.demo import catalogue, library
from blueprints.spotify.demo.exchange import Refused, Reply, Request, as_json
from blueprints.spotify.demo.webapi import PLURALS, Call, WebApi

Json = dict[str, Any]


def search(call: Call) -> Reply:
    query, kinds = call.request.query.get("q", ""), call.request.query.get("type", "").split(",")
    if not query.strip():
        raise Refused(400, "No search query")
    if not set(kinds) <= set(PLURALS):
        raise Refused(400, "Bad search type field")
    if not 0 <= call.number("offset", 0) <= catalogue.MOST_HITS:
        raise Refused(400, "Invalid offset")
    return as_json({PLURALS[kind]: _found(call.api, call.request, kind, query) for kind in kinds})


def _found(api: WebApi, request: Request, kind: str, query: str) -> Json:
    if kind == "playlist":
        words = query.lower().split()
        numbers = [one for one in range(60) if any(word in library.title(one).lower() for word in words)]
        found = [None if one % 9 == 8 else library.playlist(one) for one in numbers]
        return api.listed(request, found, 5, 10)
    numbers = catalogue.hits(kind, query)
    return api.page(request, len(numbers), lambda index: catalogue.MAKERS[kind](numbers[index]), 5, 10)


def artist(call: Call) -> Reply:
    return as_json(catalogue.artist(catalogue.number_of("artist", call.id)))


def artist_albums(call: Call) -> Reply:
    groups = call.request.query.get("include_groups", ",".join(catalogue.GROUPS)).split(",")
    if not set(groups) <= set(catalogue.GROUPS):
        raise Refused(400, "Invalid include_groups")
    return as_json(
        call.api.listed(call.request, catalogue.discography(catalogue.number_of("artist", call.id), groups), 5, 10)
    )


def album(call: Call) -> Reply:
    return as_json(album_object(call.api, catalogue.number_of("album", call.id)))


def album_object(api: WebApi, number: int) -> Json:
    inner = Request("GET", f"/albums/{catalogue.identifier('album', number)}/tracks", {"limit": "50"})
    tracks = api.listed(inner, catalogue.album_tracks(number))
    return {**catalogue.album_details(number), "tracks": tracks}


def album_tracks(call: Call) -> Reply:
    return as_json(call.api.listed(call.request, catalogue.album_tracks(catalogue.number_of("album", call.id))))
