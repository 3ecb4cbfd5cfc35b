"""The id that ties together everything done for one request, in every service and log."""

import random
import re
from contextvars import ContextVar
from urllib.parse import quote

_current: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """The id of the request being answered, or empty outside of one."""
    return _current.get()


def begin(given: str | None) -> str:
    """Take over a caller's id where it is well formed, else make one; it holds for the current context."""
    chosen = given if given and _ACCEPTED.fullmatch(given) else f"{random.getrandbits(128):032x}"  # no secret
    _current.set(chosen)
    return chosen


def printable(path: str) -> str:
    """A path for a log line: what would steer a terminal or begin another line is written as in an address."""
    return path if path.isprintable() else quote(path)
