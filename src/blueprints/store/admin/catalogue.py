"""Platforms and companies in the admin."""

from __future__ import annotations

from django.contrib import admin

from blueprints.store.admin.rules import Protected
from blueprints.store.models import Company, Platform


@admin.register(Platform)
class PlatformAdmin(Protected):
    """Machines; one with games stays."""

    hint = "A platform with games cannot be deleted. Move its games, or untick “published” in each to hide them."
    list_display = ("name", "slug")
    search_fields = ("name",)
    readonly_fields = ("slug",)


@admin.register(Company)
class CompanyAdmin(Protected):
    """Developers and publishers; one with games stays."""

    hint = "A company with games cannot be deleted. Change its games first."
    list_display = ("name", "slug")
    search_fields = ("name",)
    readonly_fields = ("slug",)
