"""What the notifier remembers: mails, their contents, whom no mail goes to, and which channel rests."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from blueprints import clock
from blueprints.notifier.core.kind import KINDS
from blueprints.notifier.core.state import STATES
from blueprints.notifier.core.suppression import CAUSES


class Mail(models.Model):
    """One mail to one address. Its id sorts by the time it was asked for."""

    id = models.CharField(max_length=28, primary_key=True)
    kind = models.CharField(max_length=32, choices=[(kind, kind) for kind in KINDS])
    state = models.CharField(max_length=8, default="queued", choices=[(state, state) for state in STATES])
    to_name = models.CharField("name", max_length=200)
    to_address = models.CharField("address", max_length=320)
    to_key = models.CharField(max_length=320)
    """The address as suppressions and searches spell it."""
    locale = models.CharField(max_length=40)
    wanted = models.CharField("wanted template", max_length=64)
    source = models.CharField(max_length=16)
    event_id = models.CharField("event", max_length=255, null=True)
    order_id = models.BigIntegerField("order", null=True)
    resent_from = models.CharField(max_length=28, null=True)
    sensitive = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    subject = models.TextField(null=True)
    template = models.CharField(max_length=100, null=True)
    channel = models.CharField(max_length=64, null=True)
    message_id = models.CharField(max_length=400, null=True)
    """These four are known once the mail was claimed for the first time."""

    attempts = models.JSONField(default=list)
    """`[{"at", "result", "code", "text", "seconds"}]`, oldest first."""
    reason = models.TextField(null=True)
    provider_id = models.TextField(null=True)
    due_at = models.DateTimeField(null=True)
    """When a sender may claim it; null while claimed and when final."""
    sender = models.CharField(max_length=40, null=True)
    lease_until = models.DateTimeField(null=True)
    """Who has claimed it, and until when the claim holds; null unless `sending`."""
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "event_id", "kind", "to_key"], name="notifier_once_an_event")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="notifier_due"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="notifier_lease"),
            models.Index(fields=["state", "id"], name="notifier_state"),
            models.Index(fields=["kind", "id"], name="notifier_kind"),
            models.Index(fields=["to_key", "id"], name="notifier_to"),
            models.Index(fields=["order_id", "id"], condition=Q(order_id__isnull=False), name="notifier_order"),
            models.Index(fields=["event_id"], condition=Q(event_id__isnull=False), name="notifier_event"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class Content(models.Model):
    """What a mail is made of, and its bytes once rendered; apart, so that lists and updates do not carry them."""

    mail = models.OneToOneField(Mail, models.CASCADE, primary_key=True)
    variables = models.TextField()
    """JSON object that the template is rendered with."""
    raw = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"content of {self.mail_id}"


class Suppression(models.Model):
    """A reason for which an address gets no mail, or no alerts."""

    address = models.CharField(max_length=320)
    """As `core.suppression.address_key` spells it."""
    cause = models.CharField(max_length=16, choices=[(cause, cause.replace("_", " ")) for cause in CAUSES])
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["address", "cause"], name="notifier_suppressed")]

    def __str__(self) -> str:
        return f"{self.address} ({self.cause})"


class Pause(models.Model):
    """A channel whose provider refuses us, whatever the mail; it is tried again at `until`."""

    channel = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.channel}: {self.reason}"
