"""HTTP events of API Gateway (REST 1.0, HTTP 2.0) and of function URLs, as requests; answers in their shape."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    id: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass
class Refusal(Exception):
    """A request that is answered with a problem."""

    status: int
    code: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def is_http(event: Mapping[str, Any]) -> bool:
    return "httpMethod" in event or "http" in (event.get("requestContext") or {})


def request_of(event: Mapping[str, Any]) -> Request:
    """Raises Refusal for a body that is no base64 although it says so."""
    context = event.get("requestContext") or {}
    if "httpMethod" in event:
        method, path = event["httpMethod"], event.get("path") or "/"
    else:
        method, path = context["http"]["method"], event.get("rawPath") or "/"
        stage = context.get("stage") or "$default"
        if path == f"/{stage}" or path.startswith(f"/{stage}/"):
            path = path[len(stage) + 1 :] or "/"
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items() if value is not None}
    return Request(method.upper(), path, headers, _body(event), str(context.get("requestId") or ""))


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(400, "bad-request", "the body is not base64 although the event says so") from error


def answer(status: int, content: Any = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    given = {"content-type": "application/json", **(headers or {})}
    return {
        "statusCode": status,
        "headers": given if content is not None else dict(headers or {}),
        "body": "" if content is None else json.dumps(content),
        "isBase64Encoded": False,
    }


def problem(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """Problem details (RFC 9457), as the service answers them."""
    content = {
        "type": f"urn:blueprints:problem:{refusal.code}",
        "title": refusal.code.replace("-", " ").capitalize(),
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": request_id,
        **refusal.extra,
    }
    return answer(refusal.status, content, {"content-type": "application/problem+json", **refusal.headers})
