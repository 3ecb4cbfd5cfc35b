"""Answers: a page, or the changed part of it for htmx; and ways back that stay on this site."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from collections.abc import Callable


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST: the next request is a GET."""

    status_code = 303


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script on our page asks, and wants only what has changed."""
    return request.headers.get("HX-Request") == "true"


def way_back(request: HttpRequest, usual: str) -> str:
    """The `next` that the form gave, if it stays on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return usual


def log_in_first(request: HttpRequest, then: str) -> HttpResponse:
    """Send a guest to log in or sign up, and then to `then`."""
    address = f"/accounts/login/?{urlencode({'next': then})}"
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return SeeOther(address)


def user_id(request: HttpRequest) -> int:
    """The id of who is logged in; 0, which nobody has, for guests."""
    return request.user.pk or 0


def for_users(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send guests to log in, and back to a page: after a POST to the one that they came from."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return log_in_first(request, request.get_full_path() if request.method == "GET" else way_back(request, "/"))

    return checked
