"""Errors of the live API as RFC 9457 problem details."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from blueprints.messenger.core.refusals import Refused
from blueprints.web.requests import request_id

if TYPE_CHECKING:
    from starlette.requests import Request

CODES = {404: "not-found", 405: "method-not-allowed"}
log = logging.getLogger(__name__)


def refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for this kind
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="messenger"'
    details = {name: value for name, value in error.details.items() if value is not None}
    return _answer(error.status, error.code, str(error), headers, details)


def by_status(_request: Request, error: Exception) -> Response:
    """What the router itself refuses."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind
    return _answer(
        error.status_code, CODES.get(error.status_code, "bad-request"), error.detail, dict(error.headers or {})
    )


def unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(500, "internal-error", "An unexpected error; the log has it under this request id.", {})


def _answer(
    status: int, code: str, detail: str, headers: dict[str, str], details: dict[str, object] | None = None
) -> Response:
    body = {
        "type": f"urn:blueprints:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
        **(details or {}),
    }
    # ASCII, because what was refused may hold what cannot be encoded
    return Response(json.dumps(body), status, headers, "application/problem+json")
