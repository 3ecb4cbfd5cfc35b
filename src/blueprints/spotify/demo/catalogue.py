"""The generated catalogue: objects are made from their ids, so that thousands of them cost nothing until asked for."""

from functools import lru_cache
from typing import Any

from blueprints.spotify.demo import names
from blueprints.spotify.demo.exchange import Refused

Json = dict[str, Any]

ARTISTS = 400
MANY_ALBUMS = 918
"""Albums of artist 0."""
SHOWS = 40
EPISODES = 30
AUDIOBOOKS = 25
PREFIXES = {"artist": "ar", "album": "al", "track": "tr", "playlist": "pl", "show": "sh", "episode": "ep"}
PREFIXES["audiobook"] = "ab"
ALBUMS_PER_ARTIST = 10_000
TRACKS_PER_ALBUM = 100
"""Steps between the numbers of neighbours' children."""
GROUPS = ("album", "single", "compilation", "appears_on")
MOST_HITS = 1000


def identifier(kind: str, number: int) -> str:
    """22 characters, as Spotify's ids have."""
    return f"{PREFIXES[kind]}{number:020d}"


def number_of(kind: str, identifier: str) -> int:
    """Raises Refused as Spotify does for ids that are none or that it does not know."""
    if len(identifier) != 22 or not identifier.isalnum():
        raise Refused(400, "Invalid base62 id")
    if not identifier.startswith(PREFIXES[kind]) or not identifier[2:].isdigit():
        raise Refused(404, "Resource not found")
    return int(identifier[2:])


def _common(kind: str, number: int, name: str) -> Json:
    made = identifier(kind, number)
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{made}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{made}",
        "id": made,
        "name": name,
        "type": kind,
        "uri": f"spotify:{kind}:{made}",
    }


def album_count(artist: int) -> int:
    return MANY_ALBUMS if artist == 0 else 2 + artist * 7 % 17


def track_count(album: int) -> int:
    return 12 if album == 0 else (1, 9, 14)[album % 3] if album % 10 else 20


def artist(number: int) -> Json:
    if not 0 <= number < ARTISTS:
        raise Refused(404, "Resource not found")
    return {**_common("artist", number, names.artist(number)), "images": []}


def simple_artist(number: int) -> Json:
    return _common("artist", number, names.artist(number))


def group_of(album: int) -> str:
    return "album" if album == 0 else GROUPS[album * 7 % 4]


def simple_album(number: int) -> Json:
    owner, index = divmod(number, ALBUMS_PER_ARTIST)
    if not (0 <= owner < ARTISTS and index < album_count(owner)):
        raise Refused(404, "Resource not found")
    group = group_of(number)
    return {
        **_common("album", number, names.album(number)),
        "album_type": "album" if group == "appears_on" else group,
        "total_tracks": track_count(number),
        "available_markets": [],
        "images": [],
        "release_date": "2017-09-01" if number == 0 else f"{2026 - index % 40}-{1 + number % 12:02d}",
        "release_date_precision": "day" if number == 0 else "month",
        "artists": [simple_artist(owner)],
    }


def discography(artist_number: int, groups: list[str]) -> list[Json]:
    artist(artist_number)
    first = artist_number * ALBUMS_PER_ARTIST
    numbers = range(first, first + album_count(artist_number))
    return [{**simple_album(one), "album_group": group_of(one)} for one in numbers if group_of(one) in groups]


def simple_track(number: int) -> Json:
    album, index = divmod(number, TRACKS_PER_ALBUM)
    if index >= track_count(album):
        raise Refused(404, "Resource not found")
    return {
        **_common("track", number, names.track(number)),
        "artists": [simple_artist(album // ALBUMS_PER_ARTIST)],
        "disc_number": 1,
        "duration_ms": names.duration_ms(number),
        "explicit": number % 11 == 3,
        "is_local": False,
        "track_number": index + 1,
    }


def track(number: int) -> Json:
    return {**simple_track(number), "album": simple_album(number // TRACKS_PER_ALBUM)}


def album_tracks(number: int) -> list[Json]:
    simple_album(number)
    first = number * TRACKS_PER_ALBUM
    return [simple_track(one) for one in range(first, first + track_count(number))]


def album_details(number: int) -> Json:
    return {
        **simple_album(number),
        "copyrights": [],
        "external_ids": {},
        "genres": [],
        "label": "Demo Records",
        "popularity": 50,
    }


def local_track() -> Json:
    """A file of the user's own disk: nearly everything is null."""
    return {
        "album": {"name": "Attic Tapes", "id": None, "uri": None, "type": "album", "artists": []},
        "artists": [{"name": "The Neighbours", "id": None, "uri": None, "type": "artist"}],
        "disc_number": 0,
        "duration_ms": 203_000,
        "explicit": False,
        "id": None,
        "is_local": True,
        "name": "Basement Demo",
        "track_number": 0,
        "type": "track",
        "uri": "spotify:local:The+Neighbours:Attic+Tapes:Basement+Demo:203",
    }


def show(number: int) -> Json:
    if not 0 <= number < SHOWS:
        raise Refused(404, "Resource not found")
    return {
        **_common("show", number, names.show(number)),
        **_spoken(),
        "publisher": f"{names.FIRST[number]} Radio",
        "total_episodes": EPISODES,
    }


def simple_episode(number: int) -> Json:
    return {
        **_common("episode", number, f"{number % EPISODES + 1}: {names.album(number + 7)}"),
        "audio_preview_url": None,
        "description": "Talk.",
        "html_description": "<p>Talk.</p>",
        "duration_ms": 5_432_000 if number == 0 else 1_000_000 + number * 7_919 % 3_000_000,
        "explicit": False,
        "images": [],
        "is_externally_hosted": False,
        "is_playable": True,
        "languages": ["en"],
        "release_date": f"2026-{1 + number % 12:02d}-01",
        "release_date_precision": "day",
    }


def episode(number: int) -> Json:
    return {**simple_episode(number), "show": show(number // EPISODES)}


def audiobook(number: int) -> Json:
    return {
        **_common("audiobook", number, names.album(number + 31)),
        **_spoken(),
        "authors": [{"name": names.artist(number + 5)}],
        "narrators": [{"name": names.artist(number + 9)}],
        "publisher": "Demo Press",
        "total_chapters": 12,
    }


def _spoken() -> Json:
    return {
        "available_markets": [],
        "copyrights": [],
        "description": "Words.",
        "html_description": "<p>Words.</p>",
        "explicit": False,
        "images": [],
        "is_externally_hosted": False,
        "languages": ["en"],
        "media_type": "audio",
    }


def playable(uri: str) -> Json:
    """The track or episode of a URI, as the player shows it."""
    kind, _, found = uri.removeprefix("spotify:").partition(":")
    if kind == "local":
        return local_track()
    if kind == "episode":
        return episode(number_of("episode", found))
    if kind == "track":
        return track(number_of("track", found))
    raise Refused(400, "Unsupported uri kind")


MAKERS = {
    "artist": artist,
    "album": simple_album,
    "track": track,
    "show": show,
    "episode": simple_episode,
    "audiobook": audiobook,
}


def hits(kind: str, query: str) -> list[int]:
    """Numbers of what matches at least one word, best first, at most 1,000."""
    words = query.lower().split()
    scored = [(sum(word in name for word in words), number) for number, name in _index(kind)]
    found = sorted((one for one in scored if one[0]), key=lambda one: (-one[0], one[1]))
    return [number for _, number in found[:MOST_HITS]]


@lru_cache(maxsize=8)
def _index(kind: str) -> list[tuple[int, str]]:
    """What a search looks at: every artist, the first albums of each, their tracks."""
    if kind == "artist":
        return [(one, names.artist(one).lower()) for one in range(ARTISTS)]
    if kind == "show":
        return [(one, names.show(one).lower()) for one in range(SHOWS)]
    if kind == "episode":
        return [(one, simple_episode(one)["name"].lower()) for one in range(SHOWS * EPISODES)]
    if kind == "audiobook":
        return [(one, audiobook(one)["name"].lower()) for one in range(AUDIOBOOKS)]
    albums = [owner * ALBUMS_PER_ARTIST + one for owner in range(ARTISTS) for one in range(min(4, album_count(owner)))]
    if kind == "album":
        return [(one, names.album(one).lower()) for one in albums]
    tracks = [one * TRACKS_PER_ALBUM + index for one in albums[::2] for index in range(min(6, track_count(one)))]
    return [(one, names.track(one).lower()) for one in tracks]
