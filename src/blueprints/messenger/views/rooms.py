"""All rooms, and the form to make one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from blueprints.clock import duration
from blueprints.errors import UsageError
from blueprints.messenger import bridge
from blueprints.messenger.accounts import lookups
from blueprints.messenger.core.refusals import Refused
from blueprints.messenger.models import Room
from blueprints.messenger.views.lifetimes import spoken, written
from blueprints.web.database import writing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class DurationField(forms.CharField):
    """`10s`, `5m`, `2h`, `7d`; empty: None."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_length=20)

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value).strip()
        try:
            return duration(text) if text else None
        except UsageError as error:
            raise ValidationError("Write it like 10s, 5m, 2h or 7d.") from error


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the type checker
    lifetime_default = DurationField("Default lifetime")
    lifetime_min = DurationField("Shortest lifetime")
    lifetime_max = DurationField("Longest lifetime")

    class Meta:
        model = Room
        fields = ("title", "slug", "lifetime_default", "lifetime_min", "lifetime_max")
        labels = {"slug": "Address"}  # noqa: RUF012 - Django reads a plain dict

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        limits = lookups.server_limits()
        for name, ms in (("default", limits.default), ("min", limits.min), ("max", limits.max)):
            self.fields[f"lifetime_{name}"].widget.attrs["placeholder"] = written(ms)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        server = lookups.server_limits()
        row = Room(**{name: cleaned.get(name) for name in ("lifetime_default", "lifetime_min", "lifetime_max")})
        asked = [
            _ms(row.lifetime_min, server.min),
            _ms(row.lifetime_default, server.default),
            _ms(row.lifetime_max, server.max),
        ]
        if not server.min <= asked[0] <= asked[1] <= asked[2] <= server.max:
            raise ValidationError(
                "Shortest, default and longest lifetime must rise, "
                f"from {spoken(server.min)} to {spoken(server.max)} at the most."
            )
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: HttpRequest) -> HttpResponse:
    reason = refusal(request.user)
    form = RoomForm(request.POST or None)
    if request.method == "POST":
        if reason:
            raise PermissionDenied(reason)
        if form.is_valid() and (made := _made(form, request.user)):
            return redirect("room", slug=made.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "reason": reason, "rooms": _listed(), "is_wrong": status == 422}
    return render(request, "messenger/rooms.html", context, status=status)


def refusal(user: Any) -> str:
    """Why somebody may not make a room; empty if they may."""
    config = settings.SERVICE_CONFIG
    if not user.is_authenticated:
        return "Log in to make a room."
    if user.is_staff:
        return ""
    if config.rooms_by == "staff":
        return "Rooms are made by the people who run this messenger."
    if lookups.sender(user).suspended_until_ms:
        return "You are suspended."
    if Room.objects.filter(creator=user).count() >= config.rooms_per_member:
        return f"You have made {config.rooms_per_member} rooms; more are not allowed."
    return ""


def _made(form: RoomForm, user: Any) -> Room | None:
    """The new room; None, said in the form, if somebody took its address meanwhile. Raises PermissionDenied."""
    row: Room = form.save(commit=False)
    row.creator = user
    try:
        with writing():
            get_user_model().objects.select_for_update().get(pk=user.pk)  # one after the other, so that all are counted
            if reason := refusal(user):
                raise PermissionDenied(reason)
            row.save()
    except IntegrityError:
        form.add_error("slug", "Room with this Address already exists.")
        return None
    return row


def _listed() -> list[dict[str, Any]]:
    readers = _readers()
    found = []
    for room in lookups.rooms():
        default = spoken(room.lifetime.default)
        found.append({"room": room, "readers": readers.get(room.slug, 0), "default": default})
    return found


def _readers() -> dict[str, int]:
    try:
        live = bridge.live()
    except Refused:
        return {}
    return {slug: live.engine.hub.readers.total(slug) for slug in live.directory.rooms}


def _ms(value: timedelta | None, default: int) -> int:
    return default if value is None else value // timedelta(milliseconds=1)
