"""Forms of visitors who have no cookie yet.

Catalogue pages set no cookie, so their forms cannot carry a token that belongs to one. They carry a signed one with a
date instead. It is taken for the first add to a cart alone, from a browser without any cookie of ours that does not say
that the form came from elsewhere; there is nothing such a visitor could lose. Everybody else is checked by Django.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt, csrf_protect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

SALT = "store.first-contact"
LIFETIME_S = 86_400
PREFIX = "first:"
_PLACE = "store_token_place"


def token(request: HttpRequest) -> str:
    """The token for forms on a page."""
    place: str | None = getattr(request, _PLACE, None)
    if place is not None:
        return place
    return stranger_token() if is_stranger(request) else get_token(request)


def mark_place(request: HttpRequest, place: str) -> None:
    """Put `place` where tokens go: the page is kept, and gets a token each time it is shown."""
    setattr(request, _PLACE, place)


def has_place(request: HttpRequest) -> bool:
    """Whether the page is made for all visitors without a cookie."""
    return hasattr(request, _PLACE)


def stranger_token() -> str:
    """The token for visitors without a cookie; good for a day."""
    return PREFIX + signing.TimestampSigner(salt=SALT).sign("add")


def is_stranger(request: HttpRequest) -> bool:
    """Whether the visitor has no cookie of ours, and is given none with this answer."""
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
    has_cookie = bool(request.COOKIES) and any(name in request.COOKIES for name in ours)
    return not has_cookie and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


def takes_first_contact(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a visitor without a cookie post to a view with the signed token, and everybody else with Django's."""
    protected = csrf_protect(view)

    @csrf_exempt  # checked here
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_first = is_stranger(request) and _is_ours(request)
        return (view if is_first else protected)(request, *args, **kwargs)

    return checked


def _is_ours(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        return False
    signed = request.POST.get("csrfmiddlewaretoken", "").removeprefix(PREFIX)
    try:
        signing.TimestampSigner(salt=SALT).unsign(signed, max_age=LIFETIME_S)
    except signing.BadSignature:
        return False
    return True
