"""For moderators: what is said just now in all rooms, who is suspended, what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from blueprints import clock
from blueprints.messenger import bridge, models
from blueprints.messenger.accounts import lookups
from blueprints.messenger.accounts import moderation as acts
from blueprints.messenger.core.positions import event_id
from blueprints.messenger.core.refusals import Refused
from blueprints.messenger.models import Act, Suspension
from blueprints.messenger.views.rooms import DurationField

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from blueprints.messenger.stores import State

SHOWN = 100
LONGEST = timedelta(days=3650)
MOST_ROOMS = 20
"""As many as one stream can carry."""


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, label="Reason")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class SuspendForm(ReasonForm):
    user = forms.CharField(max_length=16)
    lasting = DurationField("For how long")

    def clean_lasting(self) -> Any:
        lasting = self.cleaned_data["lasting"]
        if not lasting or lasting > LONGEST:
            raise forms.ValidationError("Say for how long, such as 10m, 2h or 7d.")
        return lasting


def _moderators(view: Any) -> Any:
    return login_required(permission_required("messenger.moderate", raise_exception=True)(view))


@_moderators
@never_cache
@require_safe
def moderation_page(request: HttpRequest) -> HttpResponse:
    state = _state()
    context = {
        "rows": _rows(state),
        "head": event_id(state.head) if state else "",
        "suspensions": Suspension.objects.filter(until__gt=clock.now()).select_related("user", "by"),
        "acts": Act.objects.all()[:SHOWN],
        "rooms": [room.slug for room in lookups.rooms()][:MOST_ROOMS],
    }
    return render(request, "messenger/moderation.html", context)


@_moderators
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give a reason.")
        return _back(request)
    try:
        live = bridge.live()
        message = bridge.run(live.chat.delete(lookups.sender(request.user), request.POST.get("id", "")))
    except Refused as error:
        messages.warning(request, "The message was gone already." if error.status == 404 else str(error))
        return _back(request)
    target = get_user_model().objects.filter(pk=message.account).first()
    acts.log_deletion(request.user, target, message.room, form.cleaned_data["reason"])
    messages.success(request, "The message was deleted.")
    return _back(request)


@_moderators
@require_POST
def suspend(request: HttpRequest) -> HttpResponse:
    form = SuspendForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give a reason and a time such as 10m, 2h or 7d.")
        return _back(request)
    target = _target(form.cleaned_data["user"])
    if target is None:
        messages.warning(request, "There is no account behind this sender.")
        return _back(request)
    made = acts.suspend(request.user, target, form.cleaned_data["lasting"], form.cleaned_data["reason"])
    messages.success(request, f"{models.shown_name(target)} is suspended until {made.until:%Y-%m-%d %H:%M} UTC.")
    return _back(request)


@_moderators
@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    if target := _target(request.POST.get("user", "")):
        acts.lift(request.user, target, request.POST.get("reason", "")[:200] or "lifted")
        messages.success(request, f"{models.shown_name(target)} may write again.")
    return _back(request)


def _target(public_id: str) -> Any:
    """The account behind an author's id, that of a person or of a bot; None for the demo's clock."""
    users = get_user_model().objects
    return users.filter(messenger_keys__public_id=public_id).first() or users.filter(public_id=public_id).first()


def _state() -> State | None:
    try:
        return bridge.run(bridge.live().store.state())
    except Refused:
        return None


def _rows(state: State | None) -> list[dict[str, Any]]:
    """The newest live messages of all rooms, newest first."""
    found = sorted(state.messages, key=lambda message: -message.position)[:SHOWN] if state else []
    return [{"message": each, "expires_in": max(0, each.expires_ms - state.now_ms)} for each in found if state]


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if is_ours else "moderation")
