"""Rooms, API keys, suspensions and the moderation log in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from blueprints.messenger.core.rooms import LOBBY
from blueprints.messenger.models import Act, ApiKey, Room, Suspension


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only to the type checker
    list_display = ("slug", "title", "lifetime_default", "open", "creator", "created_at")
    list_filter = ("open",)
    search_fields = ("slug", "title")
    autocomplete_fields = ("creator",)

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        """The lobby always exists."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.slug != LOBBY)

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> Any:
        return ("slug",) if obj else ()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for room in queryset.exclude(slug=LOBBY):
            room.delete()


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only to the type checker
    list_display = ("label", "hint", "user", "created_at")
    search_fields = ("label", "user__display_name")
    readonly_fields = ("user", "label", "public_id", "hint", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A key is shown once, to its owner."""
        return False


@admin.register(Suspension)
class SuspensionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only to the type checker
    list_display = ("user", "until", "reason", "by", "created_at")
    readonly_fields = ("user", "until", "reason", "by", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Suspensions are made on the moderation page, which logs them and ends streams."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suspension | None = None) -> bool:
        return False


@admin.register(Act)
class ActAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only to the type checker
    list_display = ("at", "moderator_name", "kind", "target_name", "room", "until", "reason")
    list_filter = ("kind",)
    search_fields = ("moderator_name", "target_name", "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Act | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Act | None = None) -> bool:
        """A log that can be thinned out is none."""
        return False
