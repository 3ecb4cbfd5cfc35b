"""Games, their platforms and companies, and their price list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from blueprints import clock
from blueprints.store.core import folding, money

if TYPE_CHECKING:
    from decimal import Decimal


class Named(models.Model):
    """Something with a name that is unique ignoring case, and a slug for addresses."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=600, unique=True, editable=False)
    slug = models.SlugField(max_length=90, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Set what follows from the name; the slug stays once it is given."""
        self.name = " ".join(self.name.split())
        self.name_key = folding.identity(self.name)
        self.slug = self.slug or self._free_slug()

    def _free_slug(self) -> str:
        wanted = folding.slug(self.name)
        taken = set(type(self)._default_manager.filter(slug__startswith=wanted).values_list("slug", flat=True))
        number, free = 1, wanted
        while free in taken:
            number, free = number + 1, f"{wanted}-{number + 1}"
        return free

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it with what follows from its name."""
        self.derive()
        super().save(*args, **kwargs)

    def validate_unique(self, exclude: Any = None) -> None:
        """Find names that differ by case alone before the database does."""
        from django.core.exceptions import ValidationError

        super().validate_unique(exclude)
        key = folding.identity(self.name)
        if type(self)._default_manager.filter(name_key=key).exclude(pk=self.pk).exists():
            raise ValidationError({"name": f"“{self.name}” exists already."})


class Platform(Named):
    """A machine that games run on."""

    class Meta(Named.Meta):
        abstract = False
        ordering = ("name_key",)


class Company(Named):
    """A developer or publisher."""

    class Meta(Named.Meta):
        abstract = False
        ordering = ("name_key",)
        verbose_name_plural = "companies"


_PUBLISHED = Q(is_published=True)


class Game(models.Model):
    """A game for one platform; the same name may come out again in another year."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="games")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=600, editable=False)
    name_words = models.CharField(max_length=300, editable=False)
    """The folded words of the name, cut where an index would be too wide: names are sorted and ranked by it."""
    developer = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="developed")
    publisher = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="published")
    release_year = models.PositiveSmallIntegerField(null=True, blank=True)
    release_date = models.DateField(null=True, blank=True)
    year_key = models.GeneratedField(
        expression=Coalesce(F("release_year"), 0), output_field=models.SmallIntegerField(), db_persist=True
    )
    """The year, or 0: two games without a year are equal, and come last."""
    description = models.TextField(blank=True, max_length=20000, help_text="Markdown.")
    cover = models.CharField(max_length=40, blank=True, editable=False)
    """The random part of the file names of the cover."""
    highlighted = models.BooleanField(default=False)
    sku = models.CharField("SKU", max_length=64, null=True, blank=True, unique=True)
    is_published = models.BooleanField("published", default=True, help_text="Untick to take the game out of the shop.")
    stock = models.IntegerField(null=True, blank=True, help_text="Copies left; empty: not counted.")
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True, editable=False)
    """The current price; NULL when there is none or it is 0. Written by `pricing` alone."""
    price_added_at = models.DateTimeField(null=True, editable=False)
    price_updated_at = models.DateTimeField(null=True, editable=False)
    has_keys = models.BooleanField(
        "sold with a licence key", default=False, help_text="Set by itself when keys are imported."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("platform", "name_key", "year_key"),
                name="store_game_identity",
                violation_error_message="This platform has a game of this name and year already.",
            ),
            models.CheckConstraint(
                condition=Q(stock__gte=0) | Q(stock=None),
                name="store_game_stock",
                violation_error_message="The stock is a whole number from 0, or empty.",
            ),
        )
        # Lists show published games alone; partial indexes in the order of the list need no sorting.
        indexes = (
            models.Index(
                fields=("-highlighted", "name_words", "-year_key", "id"), name="store_list_usual", condition=_PUBLISHED
            ),
            models.Index(
                fields=("platform", "-highlighted", "name_words", "-year_key", "id"),
                name="store_list_platform",
                condition=_PUBLISHED,
            ),
            models.Index(fields=("name_words", "-year_key", "id"), name="store_list_name", condition=_PUBLISHED),
            models.Index(fields=("price",), name="store_list_price", condition=_PUBLISHED),
            models.Index(fields=("release_year",), name="store_list_year", condition=_PUBLISHED),
        )
        ordering = ("name_words", "-year_key", "id")

    def __str__(self) -> str:
        year = f", {self.release_year}" if self.release_year else ""
        return f"{self.name} ({self.platform}{year})"

    def derive(self) -> None:
        """Set what follows from name and dates."""
        self.name = " ".join(self.name.split())
        self.name_key = folding.identity(self.name)
        self.name_words = folding.searchable(self.name)[:300].rstrip()
        self.sku = self.sku or None
        if self.release_date and not self.release_year:
            self.release_year = self.release_date.year

    def clean(self) -> None:
        """Compare what a form gave, before the database does."""
        from django.core.exceptions import ValidationError

        self.derive()
        if self.release_date and self.release_year and self.release_date.year != self.release_year:
            raise ValidationError({"release_date": "The date is not in the release year."})
        same = Game.objects.filter(
            platform_id=self.platform_id, name_key=self.name_key, year_key=self.release_year or 0
        ).exclude(pk=self.pk)
        if self.platform_id and same.exists():
            raise ValidationError({"name": "This platform has a game of this name and year already."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it with what follows from its fields."""
        self.derive()
        super().save(*args, **kwargs)

    @property
    def slug(self) -> str:
        """The readable part of its address."""
        return folding.slug(self.name)

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/games/{self.pk}-{self.slug}/"

    @property
    def available(self) -> bool:
        """Whether a shopper may put it in a cart now."""
        return self.is_published and money.buyable(self.price) and self.stock != 0

    @property
    def was_repriced(self) -> bool:
        """Whether its price list has past prices."""
        return self.price_added_at != self.price_updated_at

    def price_or_zero(self) -> Decimal:
        """The price for sums; only lines that can be bought are summed."""
        return self.price if self.price is not None else money.CENT * 0


class Price(models.Model):
    """A row of a game's price list; a past one is never edited."""

    game = models.ForeignKey(Game, models.CASCADE, related_name="prices")
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("game",), condition=Q(ended_at=None), name="store_price_one_current"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="store_price_amount"),
        )
        indexes = (models.Index("game", F("started_at").desc(), name="store_price_history"),)
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.amount} from {self.started_at:%Y-%m-%d}"


class Word(models.Model):
    """A word of the catalogue and how many games have it: what misspelt words are replaced by."""

    word = models.CharField(max_length=200, unique=True)
    games = models.IntegerField()

    def __str__(self) -> str:
        return self.word


class CatalogueVersion(models.Model):
    """One row with a random number, new at every change, so that processes know when what they remember is old."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
