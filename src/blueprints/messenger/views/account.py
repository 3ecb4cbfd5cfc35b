"""Pages of an account beside those of django-allauth: name, API keys, end of the account."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blueprints.messenger.accounts.signup import NameField, checked_name
from blueprints.messenger.core.names import display_name
from blueprints.messenger.core.refusals import Invalid
from blueprints.messenger.models import ApiKey, key_digest
from blueprints.web.database import writing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

KEYS = 5
PREFIX = "bpm_"


class ProfileForm(forms.Form):
    display_name = NameField(help_text="What others see beside your messages.")

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"display_name": user.display_name})
        self.user = user

    def clean_display_name(self) -> str:
        return checked_name(self.cleaned_data["display_name"], but=self.user)


class KeyForm(forms.Form):
    label = forms.CharField(max_length=40, label="Name of the bot", help_text="Shown as the sender of its messages.")

    def clean_label(self) -> str:
        try:
            return display_name(self.cleaned_data["label"])
        except Invalid as error:
            raise forms.ValidationError(str(error).replace("display name", "name")) from error


class DeleteForm(forms.Form):
    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user: Any, *args: Any) -> None:
        super().__init__(*args)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return password


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _renamed(request.user, form):
        messages.success(request, "Your name was changed.")
        return redirect("profile")
    return render(request, "messenger/profile.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of an account; a new one is shown in the answer to the form that made it, and never again."""
    form, token = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        token = _new_key(request.user, form.cleaned_data["label"])
        if token:
            form = KeyForm()
        else:
            form.add_error(None, f"You have {KEYS} keys; revoke one first.")
    own = list(ApiKey.objects.filter(user__in=[request.user.pk]))
    context = {"form": form, "keys": own, "token": token, "is_full": len(own) >= KEYS, "most": KEYS}
    return render(request, "messenger/keys.html", context, status=422 if form.errors else 201 if token else 200)


@login_required
@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    with writing():
        get_object_or_404(ApiKey, pk=pk, user=request.user).delete()
    messages.success(request, "The key was revoked.")
    return redirect("keys")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """The end of an account: its live messages and keys die with it."""
    form = DeleteForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = request.user
        logout(request)
        with writing():
            user.delete()
        messages.success(request, "Your account was deleted.")
        return redirect("lobby")
    return render(request, "messenger/delete.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user=request.user):
        session.end()
    logout(request)
    return redirect("lobby")


def _renamed(user: Any, form: ProfileForm) -> bool:
    """False, said in the form, if somebody took the name meanwhile."""
    user.display_name = form.cleaned_data["display_name"]
    try:
        with writing():
            user.save(update_fields=["display_name"])
    except IntegrityError:
        form.add_error("display_name", "This name is taken.")
        user.refresh_from_db()
        return False
    return True


def _new_key(user: Any, label: str) -> str:
    """The new key, empty if the account has enough of them."""
    token = PREFIX + secrets.token_urlsafe(32)
    with writing():
        get_user_model().objects.select_for_update().get(pk=user.pk)  # one after the other, so that all are counted
        if ApiKey.objects.filter(user=user).count() >= KEYS:
            return ""
        ApiKey.objects.create(user=user, label=label, digest=key_digest(token), hint=token[:8])
    return token
