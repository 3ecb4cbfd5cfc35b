"""Opaque places in a keyset-paged list: the sort values of the last row shown."""

import base64
import binascii
import json
from typing import Any

from blueprints.web.problems import Problem


def encode(values: list[Any]) -> str:
    """A cursor for these values, which must be JSON texts, numbers or null."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(text: str, length: int) -> list[Any]:
    """The values of a cursor made for a list with that many sort keys; raises a 422 problem."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length or any(isinstance(one, list | dict) for one in values):
        detail = "cursor is not one that this list gave out"
        raise Problem(422, "validation-failed", detail, errors=[{"loc": ["query", "cursor"], "msg": detail}])
    return values
