"""Messages as lines for a terminal."""

from datetime import datetime
from typing import Any

from blueprints.terminal import escaped

UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def message_line(message: dict[str, Any]) -> str:
    """`16:00:05 demo: text (10 s)`, in local time, with what is left to live."""
    return f"{local_time(message['posted_at'])} {author(message)}: {escaped(message['message'])} ({left(message)})"


def author(message: dict[str, Any]) -> str:
    name = escaped(message["author"]["name"])
    return f"{name} [bot]" if message["author"]["bot"] else name


def left(message: dict[str, Any]) -> str:
    return seconds(-(-int(message["expires_in"]) // 1000))


def seconds(count: int) -> str:
    """`10 s`, `5 min`, `2 h 3 min`: the two largest units that count."""
    parts = []
    for unit, size in UNITS:
        if count >= size:
            parts.append(f"{count // size} {unit}")
            count %= size
    return " ".join(parts[:2]) or "0 s"


def local_time(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%H:%M:%S}"
