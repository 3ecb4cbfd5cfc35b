"""Orders, their lines and history, and the customers they belong to."""

from typing import Any, ClassVar

from django.db import models

from blueprints import clock
from blueprints.orders.core.statuses import Status
from blueprints.web.keys.models import Client

STATUSES = [(status.value, status.label) for status in Status]


class Customer(models.Model):
    """A user of a shop, as last named by it. Orders keep the name and e-mail they were made with."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    customer_id = models.BigIntegerField()
    """The shop's own id of its user."""
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    locale = models.CharField(max_length=35, default="", blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "customer_id"], name="orders_customer_once")]
        indexes: ClassVar = [models.Index(fields=["customer_id"], name="orders_customer_id")]

    def __str__(self) -> str:
        return f"{self.name} ({self.customer_id})"


class Order(models.Model):
    """What was ordered, by whom, and how far it has come."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    customer_number = models.BigIntegerField("customer id")
    """The shop's own id of its user, copied from the customer."""
    customer_name = models.CharField(max_length=200)
    customer_email = models.CharField(max_length=254)
    customer_locale = models.CharField(max_length=35, default="", blank=True)
    status = models.SmallIntegerField(choices=STATUSES, default=Status.RECEIVED.value)
    total = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    item_count = models.IntegerField()
    """Copies ordered, over all lines."""
    reference = models.CharField(max_length=64, default="", blank=True, db_index=True)
    carrier = models.CharField(max_length=100, default="", blank=True)
    tracking_number = models.CharField(max_length=100, default="", blank=True)
    tracking_url = models.CharField(max_length=500, default="", blank=True)
    version = models.IntegerField(default=1)
    """Counts changes; the ETag is made of it."""
    created_at = models.DateTimeField("created", default=clock.now)
    updated_at = models.DateTimeField("last updated", default=clock.now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        permissions: ClassVar = [("advance_order", "Can advance orders"), ("cancel_order", "Can cancel orders")]
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="orders_created"),
            models.Index(fields=["updated_at", "id"], name="orders_updated"),
            models.Index(fields=["status", "-created_at", "-id"], name="orders_status"),
            models.Index(fields=["total", "id"], name="orders_total"),
            models.Index(fields=["customer_number", "status", "-created_at", "-id"], name="orders_of_customer"),
        ]

    def __str__(self) -> str:
        return f"Order {self.pk}"

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def etag(self) -> str:
        return f'"{self.pk}-{self.version}"'


class Line(models.Model):
    """One product in an order: a copy of what it was called and cost at that moment."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    quantity = models.IntegerField()
    price_per_unit = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"


class Frozen(Exception):
    """Somebody tried to change what must stay as it was written."""


class Change(models.Model):
    """One step in the life of an order. Rows are written once."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    from_status = models.SmallIntegerField(choices=STATUSES, null=True)
    to_status = models.SmallIntegerField(choices=STATUSES)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150)
    via = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, default="", blank=True)
    passed_through = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "history"

    def __str__(self) -> str:
        return f"{Status(self.to_status).label} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen("the history of an order cannot be edited")
        super().save(*args, **kwargs)
