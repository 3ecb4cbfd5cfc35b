"""Licence keys in the admin; codes are masked there, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages

from blueprints.store import keys
from blueprints.store.models import Game, KeyClaim, LicenceKey
from blueprints.web.database import writing

if TYPE_CHECKING:
    from django.http import HttpRequest

LONGEST = 200


class KeysForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Codes for the pool of a game."""

    codes = forms.CharField(widget=forms.Textarea, help_text="A code a line; repeats are ignored.")
    add_stock = forms.BooleanField(label="Count them as stock, too", required=False)

    class Meta:
        model = LicenceKey
        fields = ("game",)

    def clean_codes(self) -> list[str]:
        """The codes, none too long."""
        codes = [code.strip() for code in self.cleaned_data["codes"].splitlines() if code.strip()]
        if any(len(code) > LONGEST for code in codes):
            raise forms.ValidationError(f"A code has more than {LONGEST} characters.")
        return codes


@admin.register(LicenceKey)
class LicenceKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The pools."""

    list_display = ("code_text", "game", "created_at", "is_assigned")
    list_select_related = ("game__platform", "claim")
    list_filter = (("claim", admin.EmptyFieldListFilter),)
    search_fields = ("game__name",)
    autocomplete_fields = ("game",)
    form = KeysForm

    @admin.display(description="code")
    def code_text(self, key: LicenceKey) -> str:
        """Its last letters."""
        return key.masked

    @admin.display(boolean=True, description="assigned")
    def is_assigned(self, key: LicenceKey) -> bool:
        """Whether a buyer has it."""
        return hasattr(key, "claim")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Codes are added and taken away, never edited."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Many codes at once; one, masked, to look at."""
        return ("code_text", "game", "created_at") if obj else ("game", "codes", "add_stock")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An existing key is only looked at."""
        return ("code_text", "game", "created_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: LicenceKey, form: Any, change: bool) -> None:
        """Put the codes into the pool; the row of the form stands for the first of them."""
        with writing():
            game = Game.objects.get(pk=obj.game_id)
            given = form.cleaned_data
            new, repeated = keys.add(game, given["codes"], add_stock=given["add_stock"])
            obj.pk = (
                LicenceKey.objects.filter(game=game, code__in=given["codes"])
                .order_by("pk")
                .values_list("pk", flat=True)[0]
            )
        messages.success(request, f"{new} new keys, {repeated} repeated.")


@admin.register(KeyClaim)
class KeyClaimAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Which copies have a key, and which wait."""

    list_display = ("line", "copy", "game", "has_key", "assigned_at")
    list_select_related = ("line", "game__platform")
    list_filter = (("key", admin.EmptyFieldListFilter),)
    search_fields = ("game__name", "line__checkout__order_id")
    fields = readonly_fields = ("line", "copy", "game", "key", "assigned_at")

    @admin.display(boolean=True, description="key")
    def has_key(self, claim: KeyClaim) -> bool:
        """Whether it has been served."""
        return claim.key_id is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
