"""Account mails on their way to the notifier."""

from django.db import models

from blueprints import clock


class WaitingMail(models.Model):
    """One mail to one person; the row goes when the notifier has taken it."""

    key = models.CharField(max_length=32, unique=True)
    """The same for every attempt, so that the notifier sends it once."""
    body = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("next_attempt_at", "id")

    def __str__(self) -> str:
        return f"Account mail {self.pk}"
