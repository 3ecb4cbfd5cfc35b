"""Keys that callers have used."""

from typing import ClassVar

from django.db import models

from blueprints import clock


class Claim(models.Model):
    """One key of one caller and the answer it got. A voided key will never do anything."""

    namespace = models.CharField(max_length=100)
    """Whose key: the client and the kind of request, so that keys of different callers never meet."""
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    """SHA-256 of the request as understood after validation."""
    status = models.SmallIntegerField(default=0)
    body = models.TextField(default="")
    subject = models.CharField(max_length=64, default="")
    """Id of what the request made or changed."""
    voided = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["namespace", "key"], name="idempotency_key")]

    def __str__(self) -> str:
        return f"{self.namespace} {self.key}"
