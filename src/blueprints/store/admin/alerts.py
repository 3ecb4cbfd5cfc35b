"""Alerts and wishes in the admin."""

from __future__ import annotations

from django.contrib import admin

from blueprints.store.admin.rules import ReadOnly
from blueprints.store.models import Alert, Wish


@admin.register(Alert)
class AlertAdmin(ReadOnly):
    """Mails that users wait for."""

    list_display = ("game", "kind", "user", "below", "created_at")
    list_filter = ("kind",)
    list_select_related = ("game__platform", "user")
    search_fields = ("game__name", "user__username")
    fields = ("game", "kind", "user", "below", "armed_at_price", "created_at")


@admin.register(Wish)
class WishAdmin(ReadOnly):
    """What users want."""

    list_display = ("game", "user", "created_at")
    list_select_related = ("game__platform", "user")
    search_fields = ("game__name", "user__username")
    fields = ("game", "user", "created_at")
