"""What was bought, from the click until the orders service is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from blueprints import clock
from blueprints.store.models.catalogue import Game

if TYPE_CHECKING:
    from decimal import Decimal


class Checkout(models.Model):
    """One press of the order button. The row is the outbox entry too: it is sent until an answer is in."""

    class State(models.TextChoices):
        """`reserved` waits for the orders service; the others are final."""

        RESERVED = "reserved", "Being sent"
        PLACED = "placed", "Placed"
        REFUSED = "refused", "Refused"
        ABORTED = "aborted", "Aborted"

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="checkouts")
    customer_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    email = models.EmailField()
    locale = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RESERVED)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.TextField(blank=True)
    """Why it was refused or aborted, for the shopper."""
    stock_returned = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    access_refused = models.BooleanField(default=False)
    """The orders service did not accept our key: somebody has to act."""
    order_id = models.BigIntegerField(null=True, blank=True, unique=True)
    order_status = models.PositiveSmallIntegerField(null=True, blank=True)
    order_version = models.PositiveIntegerField(default=0)
    tracking = models.JSONField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    """When the orders service last told the status."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (
            models.Index(fields=("next_attempt_at",), condition=Q(state="reserved"), name="store_checkout_waiting"),
            models.Index(fields=("user", "-created_at"), name="store_checkout_user"),
        )
        ordering = ("-created_at", "id")

    def __str__(self) -> str:
        return f"Order {self.order_id}" if self.order_id else f"Checkout {self.pk}"


class CheckoutLine(models.Model):
    """Copies of a game as they were bought."""

    checkout = models.ForeignKey(Checkout, models.CASCADE, related_name="lines")
    game = models.ForeignKey(Game, models.PROTECT, related_name="checkout_lines")
    name = models.CharField(max_length=200)
    quantity = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=9, decimal_places=2)
    added_at = models.DateTimeField()
    """When the game came into the cart: a line that goes back keeps its price hold."""
    counted = models.BooleanField()
    """Whether stock was taken for it, and so can be given back."""

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def total(self) -> Decimal:
        """Price times quantity."""
        return self.price * self.quantity


class Receipt(models.Model):
    """The id of an event that has had its effect."""

    webhook_id = models.CharField(max_length=100, primary_key=True)
    received_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.webhook_id
