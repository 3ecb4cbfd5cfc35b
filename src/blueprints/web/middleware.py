"""What happens around every request: its id, its size, its errors, its security headers and its log line."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from blueprints.web import problems, refusals, requests
from blueprints.web.problems import Problem

Handler = Callable[[HttpRequest], HttpResponse]
PROGRAMS = ("/api/", "/webhooks/", "/notify/", "/healthz", "/readyz")
"""Paths whose callers are programs: their errors are problems, not pages."""

PROBES = ("/healthz", "/readyz")
"""What load balancers ask every few seconds; logged only where the answer is bad."""

SECRETS = ("key", "token")
"""Parts of addresses that open something to whoever reads them: links in mails have them."""

UNAVAILABLE = (OperationalError, InterfaceError)
"""What a database raises that is locked or away."""

log = logging.getLogger("blueprints.requests")


class RequestId:
    """Gives every request an id, in and out as X-Request-ID, and logs it when it is answered."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.is_logging = settings.LOG_REQUESTS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = requests.begin(request.META.get("HTTP_X_REQUEST_ID"))
        begun = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = chosen
        if response.status_code == 204:
            del response["Content-Type"]  # Django's own, of a body that is not there
        is_news = request.path not in PROBES or response.status_code >= 400
        if self.is_logging and is_news and log.isEnabledFor(logging.INFO):
            milliseconds = round((time.perf_counter() - begun) * 1000, 1)
            log.info(
                "%s %s %s", request.method, logged_path(request), response.status_code,
                extra={"status": response.status_code, "ms": milliseconds},
            )  # fmt: skip
        return response


class SecurityHeaders:
    """A strict content security policy and its companions on every answer that has none of its own.

    The admin's own scripts keep to the shared policy; a service may ask more of its other pages.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_admin = request.path.startswith("/admin/")
        policy = settings.ADMIN_CONTENT_SECURITY_POLICY if is_admin else settings.CONTENT_SECURITY_POLICY
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class Problems:
    """Turns errors into problem details for programs and into pages for people."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            return answer(request, problems.for_status(413, f"The body is larger than {_limit()} bytes."))
        response = self.get_response(request)
        if response.status_code >= 400 and for_program(request) and not _is_problem(response):
            return _rewritten(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors that views let through; None leaves 404 and 403 to Django's own pages."""
        if isinstance(error, Problem):
            return answer(request, error)
        if isinstance(error, UNAVAILABLE):
            log.error("the database cannot be used: %s", error)
            refusals.note()
            return answer(request, problems.unavailable())
        if isinstance(error, RequestDataTooBig):
            return answer(request, problems.for_status(413, f"The body is larger than {_limit()} bytes."))
        if isinstance(error, Http404 | PermissionDenied) and not for_program(request):
            return None
        if isinstance(error, Http404):
            return answer(request, problems.for_status(404, "There is nothing at this address."))
        if isinstance(error, PermissionDenied):
            return answer(request, problems.for_status(403))
        log.error("unexpected error", exc_info=error)
        return answer(request, problems.for_status(500, "An unexpected error; the log has it under this request id."))


def logged_path(request: HttpRequest) -> str:
    """The path without what is secret in it."""
    path = request.path
    captured = request.resolver_match.kwargs if request.resolver_match else {}
    for name in SECRETS:
        if secret := captured.get(name):
            path = path.replace(str(secret), "…")
    return requests.printable(path)


def for_program(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAMS)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the shape that the caller of this path reads."""
    if for_program(request):
        return problems.response(problem)
    page = render(request, "web/error.html", {"problem": problem}, status=problem.status)
    for name, value in problem.headers.items():
        page[name] = value
    return page


def is_too_large(request: HttpRequest) -> bool:
    """Whether the announced body is beyond the limit; forms with files are measured by their own handlers."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data") and not for_program(request):
        return False
    return not length.isdigit() or int(length) > _limit()


def _limit() -> int:
    return int(settings.SERVICE.body_limit)


def _is_problem(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(problems.CONTENT_TYPE)


def _rewritten(response: HttpResponse) -> HttpResponse:
    kept = {name: response[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if response.has_header(name)}
    made = problems.response(problems.for_status(response.status_code, headers=kept))
    made.cookies = response.cookies
    return made
