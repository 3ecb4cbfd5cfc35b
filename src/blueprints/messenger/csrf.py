"""Django's own CSRF check, view of hosts and address of the client, for requests that Django does not answer."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.csrf import CsrfViewMiddleware

from blueprints.web.addresses import client_address

if TYPE_CHECKING:
    from starlette.requests import Request

READ = frozenset(
    (
        *(b"host", b"origin", b"referer", b"cookie", b"x-csrftoken"),
        *(b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-proto"),
    )
)
"""Headers that the check reads, here or behind a proxy."""
REMEMBERED = 2048
MOST_BYTES = 4096
"""Of headers that are remembered: a browser's are shorter, and somebody may send others to fill the memory."""


class Check(CsrfViewMiddleware):
    """Gives its reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:  # Django answers with a page here
        return reason


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_check = Check(_nothing)


def refusal(request: Request) -> str:
    """Why a write by session is refused: origin or token; empty if it is not."""
    scope = request.scope
    read = tuple((name, value) for name, value in scope["headers"] if name in READ)
    is_usual = sum(len(value) for _, value in read) <= MOST_BYTES
    check = _refusal if is_usual else _refusal.__wrapped__
    return check(scope["scheme"], scope.get("server"), read)


@lru_cache(maxsize=REMEMBERED)
def _refusal(scheme: str, server: tuple[str, int] | None, headers: tuple[tuple[bytes, bytes], ...]) -> str:
    """Remembered, because a page sends the same with each of its writes and the check takes a quarter of a post."""
    asked = ASGIRequest(
        {
            "type": "http",
            "method": "POST",
            "scheme": scheme,
            "path": "/",
            "query_string": b"",
            "server": server,
            "headers": headers,
        },
        BytesIO(),
    )
    try:
        _check.process_request(asked)
        return str(_check.process_view(asked, _nothing, (), {}) or "").rstrip(".")
    except DisallowedHost:
        return "This host is not ours"


def is_our_host(host: bytes) -> bool:
    """Whether Django would answer a request with this Host header; one without it, as of HTTP/1.0, is for us."""
    return not host or (len(host) <= MOST_BYTES and _is_allowed(host))


@lru_cache(maxsize=REMEMBERED)
def _is_allowed(host: bytes) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def address(request: Request) -> str:
    """Where the request comes from, behind trusted proxies too."""
    return client_address(_django(request))


def _django(request: Request) -> ASGIRequest:
    return ASGIRequest(dict(request.scope), BytesIO())
