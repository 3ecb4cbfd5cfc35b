"""Rows as the lists show them: a label on the left, a detail on the right."""

from dataclasses import dataclass

from blueprints.spotify.core.items import Json
from blueprints.spotify.core.playback import by_line
from blueprints.spotify.core.times import clock_text


@dataclass(slots=True)
class Row:
    """One line of a list; kept for thousands of rows, hence the few short fields."""

    kind: str
    uri: str
    id: str
    label: str
    detail: str
    album_uri: str = ""
    is_playable: bool = True
    link: str = ""
    """What Enter opens, for rows that are no Spotify object (the entries of a menu)."""


def track_label(name: str | None, duration_ms: int | None) -> str:
    """`Livid - [3:55]`."""
    return f"{name or 'untitled'} - [{clock_text(duration_ms)}]"


def album_label(name: str | None, album_type: str | None) -> str:
    """`Light It Up (album)`."""
    return f"{name or 'untitled'} ({album_type})" if album_type else name or "untitled"


def row(found: Json) -> Row:
    """The row of a shaped object of any kind."""
    kind = found["type"] or "unknown"
    made = Row(kind, found["uri"] or "", found["id"] or "", found["name"] or "untitled", "")
    if kind == "album":
        made.label = album_label(found["name"], found["album_type"])
        made.detail = _joined((found["release_date"] or "")[:4], ", ".join(_names(found)))
    elif kind == "playlist":
        total = found["total_items"]
        made.detail = _joined(found["owner"] or "", "" if total is None else f"{total} items")
    elif "publisher" in found:
        made.detail = found["publisher"] or ""
    elif "duration_ms" in found:
        _describe_item(made, found)
    return made


def _describe_item(made: Row, found: Json) -> None:
    made.label = track_label(found["name"], found["duration_ms"])
    album = found["album"] or {}
    made.detail = by_line(found)
    made.album_uri = album.get("uri") or ""
    made.is_playable = found["is_playable"] is not False and not (found["is_local"] and not found["uri"])
    if found["is_local"]:
        made.detail = _joined(made.detail, "local file")


def device_row(device: Json) -> Row:
    """What matters most comes first: a narrow screen cuts the rest."""
    volume = device["volume_percent"]
    marks = ["active" if device["is_active"] else "", "restricted" if device["is_restricted"] else ""]
    loudness = "" if volume is None else f"volume {volume}"
    detail = _joined(*marks, device["type"] or "", loudness)
    return Row("device", device["id"] or "", device["id"] or "", device["name"], detail)


def _names(found: Json) -> list[str]:
    return [one["name"] or "unknown" for one in found["artists"]]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
