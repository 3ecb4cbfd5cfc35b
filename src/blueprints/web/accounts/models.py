"""The user of every service."""

import secrets
import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


def new_public_id() -> str:
    return "u_" + secrets.token_urlsafe(9)


def display_key(name: str) -> str:
    """What two display names must not share: the name after NFKC, case folding and collapsing white space."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


class User(AbstractUser):
    """Usernames and e-mail addresses are unique ignoring case, in the database and not only in forms."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[AbstractUser.username_validator],
        error_messages={"unique": "A user with that username already exists."},
        help_text="At most 150 letters, digits and @ . + - _",
    )
    email = models.EmailField("e-mail address", blank=True)
    display_name = models.CharField(max_length=40, null=True, blank=True)  # null: this service has none
    display_key = models.CharField(max_length=160, null=True, blank=True, unique=True, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"), name="accounts_username", violation_error_message="This username is taken."
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_email",
                condition=~models.Q(email=""),
                violation_error_message="This e-mail address is taken.",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.display_name = self.display_name or None
        self.display_key = display_key(self.display_name) if self.display_name else None
        fields = kwargs.get("update_fields")
        if fields is not None and "display_name" in fields:
            kwargs["update_fields"] = {*fields, "display_key"}
        super().save(*args, **kwargs)
