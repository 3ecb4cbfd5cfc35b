"""The player's state in the documented shape of `status`, and what it says in one line."""

import string
from typing import Any

from blueprints.spotify.core.items import Json, device, item, whole
from blueprints.spotify.core.times import clock_text
from blueprints.spotify.errors import BadArgument

FIELDS = ("state", "title", "artists", "album", "device", "progress", "duration", "volume")
REPEATS = ("off", "context", "track")
EMPTY: Json = {
    "is_playing": False,
    "item": None,
    "item_type": None,
    "progress_ms": None,
    "progress": None,
    "context": None,
    "device": None,
    "shuffle": None,
    "repeat": None,
    "smart_shuffle": None,
    "disallows": [],
}


def status(found: Any, fetched_at: str) -> Json:
    """`GET /me/player` as `status`; no body (204) is nothing playing. `fetched_at` is RFC 3339 in UTC."""
    if not isinstance(found, dict):
        return {**EMPTY, "fetched_at": fetched_at}
    progress = whole(found.get("progress_ms"))
    playing = found.get("device")
    return {
        "is_playing": bool(found.get("is_playing")),
        "item": item(found.get("item")),
        "item_type": found.get("currently_playing_type"),
        "progress_ms": progress,
        "progress": None if progress is None else clock_text(progress),
        "context": _context(found.get("context")),
        "device": device(playing) if isinstance(playing, dict) else None,
        "shuffle": bool(found.get("shuffle_state")),
        "repeat": found.get("repeat_state") if found.get("repeat_state") in REPEATS else "off",
        "smart_shuffle": found.get("smart_shuffle"),
        "disallows": _disallows(found.get("actions")),
        "fetched_at": fetched_at,
    }


def _context(found: Any) -> Json | None:
    return {"type": found.get("type"), "uri": found.get("uri")} if isinstance(found, dict) else None


def _disallows(actions: Any) -> list[str]:
    """Live answers wrap the actions in `disallows`; the contract does not."""
    if not isinstance(actions, dict):
        return []
    inner = actions.get("disallows")
    found = inner if isinstance(inner, dict) else actions
    return sorted(name for name, value in found.items() if value is True)


def state_word(found: Json) -> str:
    if found["is_playing"]:
        return "playing"
    return "paused" if found["item"] or found["item_type"] else "stopped"


def title(found: Json) -> str:
    """What is on: its name, or what an entry without a name is."""
    if found["item"]:
        return str(found["item"]["name"] or "untitled")
    return {"ad": "Advertisement", "episode": "Episode", None: ""}.get(found["item_type"], "Unknown")


def by_line(item: Json | None) -> str:
    """The artists, or the show of an episode; empty where neither is known."""
    if not item:
        return ""
    if item["artists"]:
        return ", ".join(one["name"] or "unknown" for one in item["artists"])
    return (item["show"] or {}).get("name") or ""


def fields(found: Json) -> dict[str, str]:
    """The values that `status --format` offers; empty where there is nothing."""
    item, held = found["item"] or {}, found["device"] or {}
    volume = held.get("volume_percent")
    return {
        "state": state_word(found),
        "title": title(found),
        "artists": by_line(found["item"]),
        "album": (item.get("album") or {}).get("name") or "",
        "device": held.get("name") or "",
        "progress": found["progress"] or "",
        "duration": item.get("duration") or "",
        "volume": "" if volume is None else str(volume),
    }


def formatted(template: str, found: Json) -> str:
    """`template` with its fields filled in; `check_template` has accepted it."""
    return template.format_map(fields(found))


def check_template(template: str) -> str:
    """The template itself; raises BadArgument for a field that does not exist or a stray brace."""
    known = ", ".join(FIELDS)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadArgument(f"--format: {error}: the fields are {known}") from error
    for _, name, spec, conversion in parts:
        if name is not None and name not in FIELDS:
            raise BadArgument(f"--format: no field {{{name}}}: the fields are {known}")
        if spec or conversion:
            raise BadArgument(f"--format: {{{name}}} stands alone, without `!` or `:` behind the name")
    return template


def sentence(found: Json) -> str:
    """One line of what is true: `playing: Livid - A, on Kitchen, 3:45 of 3:55, volume 69`."""
    values = fields(found)
    if values["state"] == "stopped":
        where = f" (on {values['device']})" if values["device"] else ""
        return f"nothing is playing{where}"
    what = f"{values['title']} - {values['artists']}" if values["artists"] else values["title"]
    times = f"{values['progress']} of {values['duration']}" if values["progress"] and values["duration"] else ""
    parts = [
        f"{values['state']}: {what}",
        f"on {values['device']}" if values["device"] else "",
        times,
        f"volume {values['volume']}" if values["volume"] else "",
    ]
    return ", ".join(part for part in parts if part)


def changed(before: Json | None, after: Json) -> bool:
    """Whether anything but the passing of time is different."""
    return before is None or _timeless(before) != _timeless(after)


def _timeless(found: Json) -> Json:
    return {name: value for name, value in found.items() if name not in ("progress_ms", "progress", "fetched_at")}
