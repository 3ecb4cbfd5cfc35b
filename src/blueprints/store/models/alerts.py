"""What users want and want to be told."""

from django.conf import settings
from django.db import models

from blueprints import clock
from blueprints.store.models.catalogue import Game


class Wish(models.Model):
    """A game on a user's wish list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes")
    game = models.ForeignKey(Game, models.CASCADE, related_name="wishes")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "game"), name="store_wish_once"),)
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return str(self.game)


class Alert(models.Model):
    """A mail that a user has asked for."""

    class Kind(models.TextChoices):
        """A stock alert fires once; a price alert stays."""

        STOCK = "stock", "Back in stock"
        PRICE = "price", "Price drop"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    game = models.ForeignKey(Game, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    below = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """The limit of a price alert; NULL: any fall."""
    armed_at_price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    """A price alert fires at prices lower than this; NULL: at any that the limit allows."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "game", "kind"), name="store_alert_once"),)
        indexes = (models.Index(fields=("game", "kind"), name="store_alert_game"),)
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.game}"
