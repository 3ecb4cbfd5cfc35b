"""The forms of games in the admin: one with its price as a field and a new cover, and the stock in the list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from blueprints.store import covers
from blueprints.store.core.money import LARGEST_PRICE
from blueprints.store.models import Game


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


class StockForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The stock of a game, in the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stock"].widget.attrs["aria-label"] = f"Stock of {self.instance.name}"
        self.fields["stock"].help_text = ""

    class Meta:
        model = Game
        fields = ("stock",)
