"""The form by which staff change one order: it offers what the table allows and changes nothing else."""

from contextvars import ContextVar
from typing import Any, ClassVar

from django import forms

from blueprints.errors import BlueprintsError
from blueprints.orders import change
from blueprints.orders.bodies import TrackingIn
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Order
from blueprints.orders.table import transitions
from blueprints.web.database import writing

TRACKING = {"carrier": "carrier", "tracking_number": "number", "tracking_url": "url"}


class OrderForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """`save` makes the change under the row lock; a version seen by somebody else meanwhile is an error of the form."""

    author: ClassVar[ContextVar[change.Author]] = ContextVar("author")
    may_cancel: ClassVar[bool] = False

    new_status = forms.ChoiceField(label="Change to", required=False)
    reason = forms.CharField(required=False, max_length=500, help_text="Kept in the history.")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Order
        fields = ("carrier", "tracking_number", "tracking_url")
        labels: ClassVar = {"tracking_url": "Tracking address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reachable = [
            one for one in transitions()[self.instance.state] if one is not Status.CANCELLED or self.may_cancel
        ]
        choices = [("", "—"), *((str(one.value), one.label) for one in reachable)]
        self.fields["new_status"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.initial["seen_version"] = self.instance.version
        can_track = self.instance.state in (Status.SHIPPING, Status.COMPLETED) or Status.SHIPPING in reachable
        for name in TRACKING:
            if name in self.fields:  # who may only look has no fields
                self.fields[name].disabled = not can_track

    def clean_tracking_url(self) -> str:
        url = str(self.cleaned_data["tracking_url"])
        if url and not url.startswith("https://"):
            raise forms.ValidationError("The address must begin with https://.")
        return url

    def clean(self) -> dict[str, Any]:
        """Make the change while the form can still say what is wrong with it; nothing else is saved later."""
        cleaned = super().clean() or {}
        if self.errors or "seen_version" not in cleaned:
            return cleaned
        try:
            with writing():
                self._change(cleaned)
        except BlueprintsError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned

    def _change(self, cleaned: dict[str, Any]) -> None:
        order = change.locked(self.instance.pk)
        if order.version != cleaned["seen_version"]:
            raise BlueprintsError("Somebody has changed this order meanwhile. Reload the page and look again.")
        moved = [name for name in TRACKING if name in self.changed_data]
        tracking = TrackingIn.model_construct(
            _fields_set={TRACKING[name] for name in moved}, **{TRACKING[name]: cleaned[name] for name in moved}
        )
        if cleaned.get("new_status"):
            change.set_status(
                order,
                Status(int(cleaned["new_status"])),
                self.author.get(),
                reason=cleaned["reason"],
                tracking=tracking if moved else None,
            )
        elif moved:
            change.track(order, tracking)

    def save(self, commit: bool = True) -> Order:
        order: Order = self.instance
        return order

    def save_m2m(self) -> None:
        """Orders have none."""
