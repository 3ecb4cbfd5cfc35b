"""Addresses that every service has, and the pages shown when something goes wrong.

A service's own `urls.py` begins with `from blueprints.web.urls import common, handler400, …`.
"""

import sys

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

from blueprints.web import health, middleware, problems

__all__ = ["common", "handler400", "handler403", "handler404", "handler500"]


def common() -> list[URLPattern | URLResolver]:
    """/healthz, /readyz, /admin/ and /accounts/."""
    from allauth.account.decorators import secure_admin_login

    from blueprints.web.accounts.views import LogIn, SignUp

    admin.autodiscover()
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it
    admin.site.site_header = admin.site.site_title = settings.SERVICE.title
    return [
        path("healthz", health.healthz),
        path("readyz", health.readyz),
        path("admin/", admin.site.urls),
        path("accounts/login/", LogIn.as_view(), name="account_login"),
        path("accounts/signup/", SignUp.as_view(), name="account_signup"),
        path("accounts/", include("allauth.urls")),
    ]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _page(request, 400, "This request cannot be understood.")


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _page(request, 403, "You may not see or do this. Logging in as somebody else may help.")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _page(request, 404, "There is nothing at this address.")


def handler500(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], middleware.UNAVAILABLE):  # outside the views, as when a session is written
        return middleware.answer(request, problems.unavailable())
    return _page(request, 500, "Something went wrong on our side. It has been noted.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Shown when a form comes back without its token."""
    return _page(request, 403, "This form was open for too long or came from elsewhere. Go back, reload and try again.")


def _page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    problem = problems.for_status(status, detail)
    if middleware.for_program(request):
        return problems.response(problem)
    return render(request, "web/error.html", {"problem": problem}, status=status)
