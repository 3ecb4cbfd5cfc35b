"""Games in the admin: price with history, cover, stock, and files in and out."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from blueprints.store import cards, covers, pricing, stocking
from blueprints.store.admin.rules import Protected
from blueprints.store.core import stock
from blueprints.store.core.money import LARGEST_PRICE
from blueprints.store.models import Game, Price
from blueprints.web.database import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.utils.safestring import SafeString


class GameForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A game with the price it is to have and a new cover."""

    new_price = forms.DecimalField(
        label="Price",
        required=False,
        min_value=Decimal(0),
        max_value=LARGEST_PRICE,
        decimal_places=2,
        help_text="A change closes the present price and begins a new one. 0: not available.",
    )
    new_cover = forms.FileField(
        label="New cover", required=False, help_text="JPEG, PNG or WebP, at most 5 MB and 4000 pixels a side."
    )
    no_cover = forms.BooleanField(label="Remove the cover", required=False)

    class Meta:
        model = Game
        exclude = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "new_price" in self.fields:
            self.fields["new_price"].initial = self.instance.price

    def clean_new_cover(self) -> Any:
        """Decode the picture now, so that what is wrong with it stands at its field."""
        upload = self.cleaned_data.get("new_cover")
        if not upload:
            return None
        try:
            return covers.decoded(upload.read(covers.LARGEST_BYTES + 1))
        except covers.BadCover as error:
            raise forms.ValidationError(str(error)) from error


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


class FileForm(forms.Form):
    """A catalogue to import."""

    file = forms.FileField(help_text="CSV with a header, UTF-8, at most 20 MB.")
    skip_bad = forms.BooleanField(label="Import the good records of a file with bad ones", required=False)
    dry_run = forms.BooleanField(label="Only report what would be done", required=False)

    def clean_file(self) -> Any:
        """Refuse what no shop's catalogue is as large as."""
        file = self.cleaned_data["file"]
        if file.size > 20 * 2**20:
            raise forms.ValidationError("The file is larger than 20 MB: use `blueprints store import`.")
        return file


@admin.register(Game)
class GameAdmin(Protected):
    """The catalogue."""

    hint = "A game in carts or orders cannot be deleted. Untick “published” to take it out of the shop."
    form = GameForm
    change_list_template = "admin/store/game/change_list.html"
    list_display = ("name", "platform", "release_year", "price_now", "stock", "highlighted", "is_published", "picture")
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
        messages.success(request, f"{len(games)} games changed.")

    def get_urls(self) -> list[Any]:
        """Files in and out, beside Django's own pages."""
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name="store_game_import"),
            path("export/", self.admin_site.admin_view(self.export_view), name="store_game_export"),
        ]
        return own + super().get_urls()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload a CSV; the report is shown on the same page."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        report = _imported(form) if request.method == "POST" and form.is_valid() else None
        if report is not None and not report.errors and not report.dry_run:
            messages.success(request, f"{report.created} games created, {report.updated} updated.")
            return HttpResponseRedirect(reverse("admin:store_game_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "report": report,
            "shown_errors": report.errors[:20] if report else [],
            "title": "Import games",
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/store/game/import.html", context)

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """All games as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = StreamingHttpResponse(_csv_lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="games.csv"'
        return response


def _plain_fields() -> set[str]:
    return {field.name for field in Game._meta.fields if field.editable}


def _imported(form: FileForm) -> Any:
    from pathlib import Path
    from tempfile import NamedTemporaryFile

    from blueprints.errors import UsageError
    from blueprints.store.importing import rows
    from blueprints.store.importing.write import Options, write

    upload, given = form.cleaned_data["file"], form.cleaned_data
    with NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        source = rows.csv_source(Path(copy.name), rows.Reading(), name=upload.name)
        try:
            return write(source, Options(skip_bad=given["skip_bad"], dry_run=given["dry_run"]))
        except UsageError as error:
            form.add_error("file", str(error))
            return None


class _Line:
    """What a CSV writer writes to: it hands the line back."""

    def write(self, text: str) -> str:
        return text


def _csv_lines() -> Iterator[str]:
    from blueprints.store.core.records import FIELDS
    from blueprints.store.importing import export

    table = csv.writer(_Line(), lineterminator="\n")
    yield table.writerow(FIELDS)
    for record in export.records():
        yield table.writerow(export.cells(record))
