"""Spotify's objects in the documented shape of `--json`: absent keys become null, unknown ones are dropped."""

from collections.abc import Callable, Iterable
from typing import Any

from blueprints.spotify.core.times import clock_text

Json = dict[str, Any]


def item(found: Json | None) -> Json | None:
    """A track, an episode, a chapter or whatever Spotify plays next; None where there is none."""
    if not isinstance(found, dict):
        return None
    duration = whole(found.get("duration_ms"))
    return {
        "type": found.get("type"),
        "id": found.get("id"),
        "uri": found.get("uri"),
        "name": found.get("name"),
        "artists": artists(found.get("artists")),
        "album": inner_album(found.get("album")),
        "show": show(found.get("show")),
        "duration_ms": duration,
        "duration": None if duration is None else clock_text(duration),
        "explicit": found.get("explicit"),
        "is_local": bool(found.get("is_local")),
        "is_playable": found.get("is_playable"),
        "track_number": whole(found.get("track_number")),
        "disc_number": whole(found.get("disc_number")),
    }


def whole(value: Any) -> int | None:
    """The catalogue has sent numbers with a point; None stays None."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def artists(found: Any) -> list[Json]:
    return [{"name": one.get("name"), "id": one.get("id"), "uri": one.get("uri")} for one in entries(found)]


def inner_album(found: Any) -> Json | None:
    if not isinstance(found, dict):
        return None
    return {name: found.get(name) for name in ("name", "id", "uri", "release_date")}


def show(found: Any) -> Json | None:
    if not isinstance(found, dict):
        return None
    return {"name": found.get("name"), "publisher": found.get("publisher")}


def device(found: Json) -> Json:
    return {
        "id": found.get("id"),
        "name": found.get("name") or "unnamed device",
        "type": found.get("type"),
        "is_active": bool(found.get("is_active")),
        "is_restricted": bool(found.get("is_restricted")),
        "is_private_session": found.get("is_private_session"),
        "supports_volume": found.get("supports_volume"),
        "volume_percent": whole(found.get("volume_percent")),
    }


def artist(found: Json) -> Json:
    return {name: found.get(name) for name in ("type", "id", "uri", "name")}


def album(found: Json) -> Json:
    plain = {name: found.get(name) for name in ("type", "id", "uri", "name", "album_type")}
    return {
        **plain,
        "artists": artists(found.get("artists")),
        "release_date": found.get("release_date"),
        "total_tracks": whole(found.get("total_tracks")),
    }


def playlist(found: Json) -> Json:
    held = found.get("items") if isinstance(found.get("items"), dict) else found.get("tracks")
    owner = found.get("owner")
    return {
        **{name: found.get(name) for name in ("type", "id", "uri", "name")},
        "owner": owner.get("display_name") if isinstance(owner, dict) else None,
        "total_items": whole(held.get("total")) if isinstance(held, dict) else None,
    }


def spoken(found: Json) -> Json:
    """A show or an audiobook: what is listed of it."""
    plain = {name: found.get(name) for name in ("type", "id", "uri", "name")}
    return {**plain, "publisher": found.get("publisher")}


SHAPES: dict[str, Callable[[Json], Json | None]] = {
    "track": item,
    "episode": item,
    "artist": artist,
    "album": album,
    "playlist": playlist,
    "show": spoken,
    "audiobook": spoken,
}
"""What a search can find, and how each is shaped."""


def entries(found: Any) -> list[Json]:
    """The objects of a list; null entries are skipped, and a list that is none is empty."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def shaped(kind: str, found: Any) -> list[Json]:
    return [made for one in entries(found) if (made := SHAPES[kind](one)) is not None]


def wrapped(found: Any, *names: str) -> list[Json]:
    """The items inside wrappers such as `{"added_at", "track"}`; the first of `names` that is there counts."""
    inner: Iterable[Any] = (next((one[name] for name in names if one.get(name)), None) for one in entries(found))
    return [made for one in inner if (made := item(one)) is not None]
