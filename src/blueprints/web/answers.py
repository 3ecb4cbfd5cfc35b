"""JSON answers, written out once."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""An object as JSON, without white space; texts stay as they are."""


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """`data` as JSON, in UTF-8."""
    return written(text(data), status, headers)


def written(content: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The same for what is JSON already."""
    return HttpResponse(content.encode(), status=status, content_type="application/json", headers=headers)
