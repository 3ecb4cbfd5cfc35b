"""Licence keys: a pool for each game, and who got which."""

from django.db import models

from blueprints import clock
from blueprints.store.models.catalogue import Game
from blueprints.store.models.checkouts import CheckoutLine


class LicenceKey(models.Model):
    """A code that goes to one buyer, once."""

    game = models.ForeignKey(Game, models.PROTECT, related_name="licence_keys")
    code = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("game", "code"), name="store_key_once"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The code with all but its last characters hidden."""
        return "•" * 8 + (self.code[-4:] if len(self.code) >= 12 else "")


class KeyClaim(models.Model):
    """One bought copy's right to one key; without a key yet it is pending."""

    line = models.ForeignKey(CheckoutLine, models.CASCADE, related_name="claims")
    copy = models.PositiveSmallIntegerField()
    game = models.ForeignKey(Game, models.PROTECT, related_name="key_claims")
    key = models.OneToOneField(LicenceKey, models.PROTECT, null=True, blank=True, related_name="claim")
    assigned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("line", "copy"), name="store_claim_once"),)
        indexes = (models.Index(fields=("game", "id"), condition=models.Q(key=None), name="store_claim_pending"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Copy {self.copy} of {self.line}"
