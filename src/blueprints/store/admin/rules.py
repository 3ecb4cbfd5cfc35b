"""What several pages of the admin have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that the shop writes; staff look at them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything that is shown."""
        return self.fields or [field.name for field in self.model._meta.fields]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """No buttons to save what nobody can change."""
        context |= {
            "show_save": False,
            "show_save_and_continue": False,
            "title": str(self.opts.verbose_name).capitalize(),
        }
        return super().render_change_form(request, context, *args, **kwargs)


class Protected(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that others need: deleting them is refused, with a hint what to do instead."""

    hint = ""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What Django finds; the hint is shown when something stands against it."""
        found = super().get_deleted_objects(objs, request)
        if found[3]:
            messages.warning(request, self.hint)
        return found
