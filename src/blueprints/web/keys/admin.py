"""Clients and keys in the admin; a new key's text is shown once, in a notice."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from blueprints import clock
from blueprints.web.keys import secret
from blueprints.web.keys.models import Client, Key
from blueprints.web.service import resolve


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = resolve(settings.SERVICE.scopes) if settings.SERVICE.scopes else ()
        self.fields["scopes"].choices = [(scope, scope) for scope in known]  # type: ignore[attr-defined]  # a choice field


def _day(moment: datetime) -> str:
    return date_format(localtime(moment))


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(Key)
class KeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = KeyForm
    list_display = ("client", "state", "prefix", "last_used_at", "scope_list")
    list_filter = ("client",)
    list_select_related = ("client",)
    readonly_fields = ("prefix", "created_at", "last_used_at")
    fields = ("client", "prefix", "scopes", "expires_at", "revoked_at", "created_at", "last_used_at")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("client", "scopes", "expires_at")

    @admin.display(description="State")
    def state(self, key: Key) -> str:
        """Whether it opens anything, and until when."""
        if key.revoked_at:
            return f"revoked {_day(key.revoked_at)}"
        if key.expires_at is None:
            return "valid"
        return f"{'valid until' if key.is_valid(clock.now()) else 'expired'} {_day(key.expires_at)}"

    @admin.display(description="Scopes")
    def scope_list(self, key: Key) -> str:
        return ", ".join(key.scopes)

    @admin.action(description="Revoke the chosen keys", permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[Key]) -> None:
        count = keys.filter(revoked_at=None).update(revoked_at=clock.now())
        if count:
            self.message_user(request, f"{count} {'key' if count == 1 else 'keys'} revoked.", messages.SUCCESS)
        else:
            self.message_user(request, "These keys were revoked before.", messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Key, form: Any, change: bool) -> None:
        if not change:
            text = secret.new()
            obj.prefix, obj.digest = secret.prefix(text), secret.digest(text)
            messages.warning(request, f"The key, shown this once: {text}")
        super().save_model(request, obj, form, change)
