"""The forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model


class Signup(forms.Form):
    """What sign-up asks besides what allauth asks."""

    first_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    field_order = ("username", "first_name", "last_name", "email", "password1", "password2")

    def signup(self, request: Any, user: Any) -> None:
        """Nothing more: allauth has stored both names."""


class Profile(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What users may change about themselves here; e-mail and password have pages of their own."""

    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name")
        widgets = {  # noqa: RUF012  Django's way to say it
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class Deletion(forms.Form):
    """The password once more before an account is gone."""

    password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse any other password."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return password
