"""JSON answers, written out once."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """`data` as JSON; texts stay as they are, in UTF-8."""
    return HttpResponse(
        json.dumps(data, ensure_ascii=False), status=status, content_type="application/json", headers=headers
    )
