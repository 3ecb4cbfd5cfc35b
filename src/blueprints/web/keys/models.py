"""Clients of an API and their keys."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from blueprints import clock


class Client(models.Model):
    """A program that calls. It may have several keys, so that one can be replaced without a gap."""

    name = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A secret that a client shows. It is not kept itself: `digest` is its SHA-256, `prefix` its public part."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["client__name", "id"]

    def __str__(self) -> str:
        return f"{self.client.name} {self.prefix}"

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
