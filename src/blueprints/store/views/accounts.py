"""The pages of accounts that allauth has not: details, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from blueprints.store.forms import Deletion, Profile
from blueprints.store.views.pages import SeeOther, for_users
from blueprints.web.database import writing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_users
def profile(request: HttpRequest) -> HttpResponse:
    """Edit the names, and find everything else about the account."""
    form = Profile(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your details are saved.")
        return SeeOther("/accounts/profile/")
    return render(request, "store/profile.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_users
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the own account; the orders stay where they are."""
    form = Deletion(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        user = request.user
        logout(request)
        with writing():
            user.delete()
        messages.success(request, "Your account is deleted.")
        return SeeOther("/")
    return render(request, "store/delete_account.html", {"form": form}, status=422 if form.errors else 200)
