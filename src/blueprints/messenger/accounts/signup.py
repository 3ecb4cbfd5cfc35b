"""The display name at sign-up; the rest of the form is django-allauth's."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from blueprints.messenger.core.names import MAX_LENGTH, display_name
from blueprints.messenger.core.refusals import Invalid
from blueprints.web.accounts.models import User, display_key


def checked_name(text: str, but: Any = None) -> str:
    """The name as it will be shown; raises ValidationError if it is malformed or somebody else's than `but`."""
    try:
        name = display_name(text)
    except Invalid as error:
        raise ValidationError(str(error)) from error
    others = User.objects.filter(display_key=display_key(name))
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise ValidationError("This name is taken.")
    return name


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "nickname"})
        super().__init__(max_length=MAX_LENGTH, label="Display name", widget=widget, **options)


class DisplayName(forms.Form):
    display_name = NameField(help_text="What others see. You can change it later.")
    field_order = ("email", "display_name", "password1")

    def clean_display_name(self) -> str:
        return checked_name(self.cleaned_data["display_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save()
