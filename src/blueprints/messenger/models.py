"""What the database keeps: rooms, API keys, suspensions and the moderation log; no messages."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from blueprints import clock
from blueprints.messenger.core.rooms import SLUG


def new_bot_id() -> str:
    return "b_" + secrets.token_urlsafe(9)


class Room(models.Model):
    slug = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(f"^(?:{SLUG.pattern})$", "Use lower-case letters, digits and inner hyphens.")],
        help_text="The address: lower-case letters, digits and hyphens.",
    )
    title = models.CharField(max_length=60)
    lifetime_default = models.DurationField(null=True, blank=True, help_text="Empty: that of the server.")
    lifetime_min = models.DurationField(null=True, blank=True, help_text="Empty: that of the server.")
    lifetime_max = models.DurationField(null=True, blank=True, help_text="Empty: that of the server.")
    open = models.BooleanField(default=True, help_text="A room that is not open is read-only.")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="rooms"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.title


class ApiKey(models.Model):
    """A bot's key; the key itself is shown once and only its SHA-256 is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messenger_keys")
    label = models.CharField(max_length=40, help_text="What the bot is called.")
    public_id = models.CharField(max_length=16, unique=True, default=new_bot_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.label} ({self.hint}…)"


def key_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Suspension(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suspensions")
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["-until"]

    def __str__(self) -> str:
        return f"{self.user} until {self.until:%Y-%m-%d %H:%M}"


class Act(models.Model):
    """One line of the moderation log: who, when, whom, why; never the text of a message."""

    class Kind(models.TextChoices):
        DELETE = "delete", "deleted a message"
        SUSPEND = "suspend", "suspended"
        LIFT = "lift", "lifted a suspension"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    moderator_name = models.CharField(max_length=40)
    target = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    target_name = models.CharField(max_length=40)
    room = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        verbose_name = "moderation act"
        verbose_name_plural = "moderation log"
        permissions: ClassVar = [("moderate", "Can delete messages and suspend senders")]

    def __str__(self) -> str:
        return f"{self.moderator_name} {self.get_kind_display()} {self.target_name}"


def suspended_until(user_id: int) -> datetime | None:
    """When the user may write again; None if at once."""
    running = Suspension.objects.filter(user_id=user_id, until__gt=clock.now())
    return running.order_by("-until").values_list("until", flat=True).first()


def shown_name(user: Any) -> str:
    """The display name; one made by `createsuperuser` has only a username."""
    return str(user.display_name or user.get_username())
