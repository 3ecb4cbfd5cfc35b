"""Games in the admin: price with history, cover, stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.template.defaultfilters import pluralize
from django.utils.html import format_html

from blueprints.store import cards, covers, pricing, stocking
from blueprints.store.admin.files import Files
from blueprints.store.admin.game_form import GameForm, StockForm
from blueprints.store.admin.rules import Protected
from blueprints.store.core import stock
from blueprints.store.models import Game, Price
from blueprints.web.database import writing

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class PriceInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    """The price list: past prices are never edited."""

    model = Price
    fields = readonly_fields = ("amount", "started_at", "ended_at")
    extra = 0
    can_delete = False
    verbose_name_plural = "price list"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: prices come from the field above."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class StockFilter(admin.SimpleListFilter):
    """By what is left."""

    title = "stock"
    parameter_name = "stock_level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("out", "Sold out"), ("few", f"1–{stock.FEW} left"), ("in", "More"), ("uncounted", "Not counted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The games of the choice."""
        conditions: dict[str, dict[str, Any]] = {
            "out": {"stock": 0},
            "few": {"stock__range": (1, stock.FEW)},
            "in": {"stock__gt": stock.FEW},
            "uncounted": {"stock": None},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


@admin.register(Game)
class GameAdmin(Files, Protected):
    """The catalogue."""

    hint = "A game in carts or orders cannot be deleted. Untick “published” to take it out of the shop."
    form = GameForm
    change_list_template = "admin/store/game/change_list.html"
    list_display = ("name", "platform", "year", "price_now", "stock", "highlighted", "is_published", "picture")
    list_display_links = ("name",)
    list_editable = ("stock",)
    list_filter = ("platform", "highlighted", StockFilter, "is_published")
    list_select_related = ("platform",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "sku", "developer__name", "publisher__name")
    autocomplete_fields = ("platform", "developer", "publisher")
    readonly_fields = ("preview",)
    inlines = (PriceInline,)
    actions = ("highlight", "unhighlight", "publish", "unpublish")
    fieldsets = (
        (
            None,
            {"fields": ("name", "platform", "developer", "publisher", "release_year", "release_date", "description")},
        ),
        ("Sale", {"fields": ("new_price", "stock", "sku", "highlighted", "is_published", "has_keys")}),
        ("Cover", {"fields": ("preview", "new_cover", "no_cover")}),
    )

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:  # type: ignore[type-arg]  # not generic at run time
        """Stock in the list, each field named by its game."""
        return StockForm

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new game has no price list yet."""
        return self.inlines if obj else ()

    @admin.display(description="year", ordering="release_year")
    def year(self, game: Game) -> int | None:
        """The year of release."""
        return game.release_year

    @admin.display(description="price", ordering="price")
    def price_now(self, game: Game) -> str:
        """The current price as shoppers see it."""
        return "–" if game.price is None else cards.price_text(game.price)

    @admin.display(description="cover")
    def picture(self, game: Game) -> SafeString:
        """A thumbnail."""
        return format_html('<img src="{}" width="26" height="36" alt="">', covers.urls(game.cover)[0])

    @admin.display(description="now")
    def preview(self, game: Game) -> SafeString:
        """The cover as it is."""
        name = f"Cover of {game.name}" if game.pk else "No cover"
        return format_html('<img src="{}" width="130" height="180" alt="{}">', covers.urls(game.cover)[0], name)

    def save_model(self, request: HttpRequest, obj: Game, form: Any, change: bool) -> None:
        """Store only what was changed: an order may have taken stock since the form was opened."""
        given = set(form.changed_data)
        with writing():
            if change:
                plain = [name for name in form.changed_data if name in _plain_fields() and name != "stock"]
                self._save_changed(obj, plain)
            else:
                obj.save()
            if "stock" in given or not change:
                stocking.set_to({obj.pk: form.cleaned_data.get("stock")})
            if "new_price" in given and form.cleaned_data["new_price"] is not None:
                pricing.set_price(obj, form.cleaned_data["new_price"])
            self._save_cover(obj, form.cleaned_data)

    def _save_changed(self, game: Game, names: list[str]) -> None:
        game.derive()
        derived = ["name_key", "name_words", "release_year"]
        if names:
            game.save(update_fields=[*names, *derived])

    def _save_cover(self, game: Game, given: dict[str, Any]) -> None:
        if given.get("new_cover"):
            new = covers.save_drawn(given["new_cover"])
        elif given.get("no_cover"):
            new = ""
        else:
            return
        old, game.cover = game.cover, new
        game.save(update_fields=["cover"])
        covers.delete(old)

    @admin.action(description="Highlight", permissions=["change"])
    def highlight(self, request: HttpRequest, queryset: QuerySet[Game]) -> None:
        """Show them first."""
        self._set(request, queryset, "highlighted", value=True)

    @admin.action(description="Highlight no longer", permissions=["change"])
    def unhighlight(self, request: HttpRequest, queryset: QuerySet[Game]) -> None:
        """Show them like others."""
        self._set(request, queryset, "highlighted", value=False)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Game]) -> None:
        """Put them into the shop."""
        self._set(request, queryset, "is_published", value=True)

    @admin.action(description="Take out of the shop", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Game]) -> None:
        """Keep them, but not in the shop."""
        self._set(request, queryset, "is_published", value=False)

    def _set(self, request: HttpRequest, queryset: QuerySet[Game], field: str, *, value: bool) -> None:
        from blueprints.store import alerts, versions
        from blueprints.store.search import upkeep

        with writing():
            games = list(queryset.values_list("pk", flat=True))
            Game.objects.filter(pk__in=games).update(**{field: value})
            upkeep.refresh(games)
            versions.bump()
            alerts.stock_arrived(games)
        messages.success(request, f"{len(games)} game{pluralize(games)} changed.")


def _plain_fields() -> set[str]:
    return {field.name for field in Game._meta.fields if field.editable}
