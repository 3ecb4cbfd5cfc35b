"""Pages for staff: the mails that the file channel kept, as their receivers would see them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from blueprints.notifier import reading
from blueprints.notifier.models import Mail

_PAGE_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'"
"""A mail may look as it likes; it may run, send and open nothing."""
_A_PAGE = 50
View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Only for staff that may see mails; strangers are sent to the log-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not (user.is_staff and user.has_perm("notifier.view_mail")):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return redirect("admin:notifier_mail_changelist")


@require_safe
@for_staff
def index(request: HttpRequest) -> HttpResponse:
    """The kept mails, newest first."""
    kept = Mail.objects.filter(channel="file", state="sent").order_by("-id")
    page = Paginator(kept, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifier/mailbox.html", {"page": page})


@require_safe
@for_staff
def one(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail: its headers, its page in a frame that can do nothing, its text."""
    mail = Mail.objects.filter(id=mail_id, channel="file").first()
    opened = reading.opened(mail_id) if mail else None
    if mail is None or opened is None:
        raise Http404
    return render(request, "notifier/mail.html", {"mail": mail, "opened": opened})


@require_safe
@xframe_options_sameorigin
@for_staff
def page(request: HttpRequest, mail_id: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The HTML part alone, for the frame; of any channel, since the admin shows it too."""
    opened = reading.opened(mail_id)
    if opened is None:
        raise Http404
    return HttpResponse(opened.html, headers={"Content-Security-Policy": _PAGE_CSP})
