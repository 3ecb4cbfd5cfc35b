"""Carts of guests and users."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from blueprints import clock
from blueprints.store.models.catalogue import Game


class Cart(models.Model):
    """A user's cart, or a guest's, whose number is in the guest's session."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="cart")
    created_at = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"Cart {self.pk}"


class CartLine(models.Model):
    """Some copies of a game in a cart."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    game = models.ForeignKey(Game, models.PROTECT, related_name="cart_lines")
    quantity = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=9, decimal_places=2)
    """The lowest price since it was added, or the later one that the shopper confirmed."""
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    """Set when the shopper took it out: until it is cleared away the removal can be undone."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("cart", "game"), name="store_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=99), name="store_line_quantity"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.game}"
