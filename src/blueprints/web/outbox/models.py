"""Events, who is told of them, and how far that has come."""

from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from blueprints import clock

WAITING, SENDING, DELIVERED, DEAD = "waiting", "sending", "delivered", "dead"
STATES = (WAITING, SENDING, DELIVERED, DEAD)


class Event(models.Model):
    """Something that happened. Rows are written once; `id` gives their order."""

    uid = models.CharField(max_length=40, unique=True)
    """`evt_<32 hex>`, the same in every attempt and for every subscriber."""
    type = models.CharField(max_length=64)
    key = models.CharField(max_length=64, db_index=True)
    """Events with one key reach each subscriber in order; for instance `order:39`."""
    body = models.TextField()
    """The JSON text as it is signed and sent."""
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"


class Subscriber(models.Model):
    """An address that events are posted to."""

    name = models.CharField(max_length=64, unique=True)
    url = models.CharField("address", max_length=500, validators=[URLValidator(schemes=["http", "https"])])
    secret = models.CharField(max_length=120)
    former_secret = models.CharField(max_length=120, blank=True, default="")
    former_until = models.DateTimeField(null=True, blank=True)
    patterns = models.CharField(max_length=500, default=" * ")
    """Types wanted, each `*`, `prefix.*` or a whole type, with a blank before and after each."""
    enabled = models.BooleanField(default=True)
    pinned = models.BooleanField(default=False)
    """Named in the configuration file, and so allowed to be in a private network."""
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def events(self) -> list[str]:
        return self.patterns.split()

    @events.setter
    def events(self, types: list[str]) -> None:
        self.patterns = f" {' '.join(types)} "


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=WAITING, choices=[(state, state) for state in STATES])
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    owner = models.CharField(max_length=120, default="", blank=True)
    """Relay that claimed it: `host/pid/token`."""
    lease_until = models.DateTimeField(null=True, blank=True)
    last_status = models.IntegerField(null=True, blank=True)
    """HTTP status of the last answer."""
    last_error = models.CharField(max_length=300, default="", blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "subscriber"], name="outbox_once")]
        indexes: ClassVar = [
            models.Index(fields=["subscriber", "next_attempt_at"], name="outbox_due", condition=Q(state=WAITING)),
            models.Index(
                fields=["subscriber", "key", "event"],
                name="outbox_in_order",
                condition=Q(state__in=[WAITING, SENDING]),
            ),
            models.Index(fields=["lease_until"], name="outbox_leases", condition=Q(state=SENDING)),
            models.Index(fields=["state", "id"], name="outbox_states"),
        ]

    def __str__(self) -> str:
        return f"{self.key} to {self.subscriber}"
