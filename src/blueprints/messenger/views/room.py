"""A room: its messages, and the form to post."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blueprints.clock import duration
from blueprints.errors import UsageError
from blueprints.messenger import bridge
from blueprints.messenger.accounts import lookups
from blueprints.messenger.core import posts
from blueprints.messenger.core.messages import public
from blueprints.messenger.core.positions import event_id
from blueprints.messenger.core.refusals import Gone, Invalid, NotFound, NotLoggedIn, Refused, UnknownRoom
from blueprints.messenger.core.rooms import LOBBY
from blueprints.messenger.views.lifetimes import choices, spoken
from blueprints.messenger.views.texts import pieces

if TYPE_CHECKING:
    from blueprints.messenger.core.messages import Message
    from blueprints.messenger.core.rooms import Room
    from blueprints.messenger.core.senders import Sender
    from blueprints.messenger.stores import Page

SHOWN = 200
REFRESH_S = range(1, 3601)


class SeeOther(HttpResponseRedirect):
    """To a page that is fetched by GET, whatever the form was sent by."""

    status_code = 303


def lobby(request: HttpRequest) -> HttpResponse:
    return room(request, LOBBY)


@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete one's own message, for browsers that run no script."""
    if not request.user.is_authenticated:
        return _page(request, slug, NotLoggedIn("Please log in"))
    sender = replace(lookups.sender(request.user), is_moderator=False)  # moderators give a reason, on another form
    try:
        bridge.run(bridge.live().chat.delete(sender, request.POST.get("id", "")))
    except NotFound:
        pass  # it was quicker to go by itself
    except Refused as error:
        return _page(request, slug, error)
    return SeeOther(_address(slug))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a room; a form posted to it posts a message, for browsers that run no script."""
    if request.method != "POST":
        return _page(request, slug)
    if not request.user.is_authenticated:
        return _page(request, slug, NotLoggedIn("Please log in"))
    try:
        _post(request, slug)
    except Gone:
        pass  # it was posted, and its time is over
    except Refused as error:
        return _page(request, slug, error)
    return SeeOther(request.get_full_path())


def _post(request: HttpRequest, slug: str) -> None:
    """Raises Refused."""
    sender = lookups.sender(request.user)
    form = request.POST

    def checked() -> posts.Post:
        fields = {
            "message": form.get("message", ""),
            "room": slug,
            "lifetime": _lifetime(form.get("lifetime", "")),
            "client_id": form.get("client_id") or None,
        }
        return posts.post(fields, None, settings.SERVICE_CONFIG.max_length)

    bridge.run(bridge.live().chat.post(sender, checked))


def _lifetime(text: str) -> int | None:
    """`10s` in milliseconds; raises Invalid."""
    if not text.strip():
        return None
    try:
        return round(duration(text.strip()).total_seconds() * 1000)
    except UsageError as error:
        raise Invalid(str(error), field="lifetime", rule="lifetime") from error


def _page(request: HttpRequest, slug: str, refusal: Refused | None = None) -> HttpResponse:
    try:
        shown = bridge.run(_read(slug))
    except UnknownRoom as error:
        raise Http404(str(error)) from error
    except Refused as error:
        shown, refusal = None, refusal or error
    context = _context(request, slug, shown, refusal)
    response = render(request, "messenger/room.html", context, status=refusal.status if refusal else 200)
    if refusal and refusal.retry_after_s:
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


async def _read(slug: str) -> tuple[Room, Page, int]:
    live = bridge.live()
    page = await live.chat.page(slug, SHOWN, "posted", None)
    return live.directory.rooms[slug], page, live.engine.hub.readers.total(slug)


def _context(
    request: HttpRequest, slug: str, shown: tuple[Room, Page, int] | None, refusal: Refused | None
) -> dict[str, Any]:
    limits = shown[0].lifetime if shown else lookups.server_limits()
    sender = lookups.sender(request.user) if request.user.is_authenticated else None
    return {
        "slug": slug,
        "room": shown[0] if shown else None,
        "readers": shown[2] if shown else 0,
        "head": event_id(shown[1].head) if shown else "",
        "messages_shown": [_row(message, shown[1].now_ms, sender) for message in shown[1].messages] if shown else [],
        "sender": sender,
        "refusal": refusal,
        "refused_text": request.POST.get("message", "") if refusal else "",
        "lifetimes": choices(limits, request.POST.get("lifetime", "")),
        "limits": limits,
        "default": spoken(limits.default),
        "max_length": settings.SERVICE_CONFIG.max_length,
        "client_id": request.POST.get("client_id") or secrets.token_urlsafe(16),
        "refresh": _refresh(request),
        "address": _address(slug),
        "suspended": _suspended(sender),
    }


def _address(slug: str) -> str:
    return reverse("lobby") if slug == LOBBY else reverse("room", args=[slug])


def _suspended(sender: Sender | None) -> datetime | None:
    """The end of a suspension that still runs."""
    return (
        datetime.fromtimestamp(sender.suspended_until_ms / 1000, UTC) if sender and sender.suspended_until_ms else None
    )


def _row(message: Message, now_ms: int, sender: Sender | None) -> dict[str, Any]:
    is_own = sender is not None and message.account == sender.account
    remaining = public(message, now_ms)["expires_in"]
    return {
        "message": message,
        "json": public(message, now_ms),
        "pieces": pieces(message),
        "remaining": spoken(max(1000, remaining // 1000 * 1000)),
        "can_delete": is_own or (sender is not None and sender.is_moderator),
        "is_own": is_own,
    }


def _refresh(request: HttpRequest) -> int | None:
    """Seconds between automatic reloads, where a reader without script asked for them."""
    text = request.GET.get("refresh", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and int(text) in REFRESH_S else None
