"""Some hundred records of an import, written by a few statements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from blueprints import clock
from blueprints.store import covers, pricing, stocking
from blueprints.store.core import folding, money
from blueprints.store.models import Company, Game, Platform, Price
from blueprints.store.search import upkeep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.store.importing.report import Report
    from blueprints.store.importing.write import Options

    Values = dict[str, Any]
    Key = tuple[int, str, int]

PLAIN = ("name", "release_year", "release_date", "description", "highlighted", "sku")
"""Fields that are stored as they are."""


class Names:
    """Platforms and companies by folded name, made when they are new."""

    def __init__(self) -> None:
        self._platforms = dict(Platform.objects.values_list("name_key", "pk"))
        self._companies = dict(Company.objects.values_list("name_key", "pk"))

    def platform(self, name: str) -> int:
        """The id of a platform."""
        return _known(self._platforms, Platform, name)

    def company(self, name: str | None) -> int | None:
        """The id of a developer or publisher."""
        return _known(self._companies, Company, name) if name else None


def _known(found: dict[str, int], model: type[Platform | Company], name: str) -> int:
    key = folding.identity(name)
    if key not in found:
        found[key] = model._default_manager.create(name=name).pk
    return found[key]


@dataclass
class Found:
    """What a record changes of a game that is there already."""

    game: Game
    fields: list[str]
    price: Decimal | None
    stock: tuple[int | None] | None
    """The new stock, itself possibly None; None: unchanged."""


class Batch:
    """Records that are all good, as far as the file alone can tell."""

    def __init__(self, rows: Sequence[tuple[int, Values]], names: Names, options: Options, report: Report) -> None:
        self.rows = rows
        self.names = names
        self.options = options
        self.report = report
        self.games: dict[Key, Game] = {}
        self.new_covers: list[str] = []

    def write(self) -> None:
        """Create and update the games, and index them."""
        keyed = [(line, self._key(values), values) for line, values in self.rows]
        self._load(keyed)
        new: list[tuple[Game, Decimal | None]] = []
        changed: list[Found] = []
        for line, key, values in keyed:
            game = self.games.get(key)
            if not self._is_writable(line, game, values):
                continue
            if game is None:
                new.append(self._new(key, values))
            elif self.options.update and (found := self._changed(game, values)) is not None:
                changed.append(found)
            else:
                self.report.unchanged += 1
        self._create(new)
        self._update(changed)
        upkeep.refresh([*(game.pk for game, _ in new), *(found.game.pk for found in changed)])

    def _key(self, values: Values) -> Key:
        platform = self.names.platform(values["platform"])
        return platform, folding.identity(values["name"]), values.get("release_year") or 0

    def _load(self, keyed: Sequence[tuple[int, Key, Values]]) -> None:
        found = Game.objects.filter(name_key__in={key[1] for _, key, _ in keyed})
        self.games = {(game.platform_id, game.name_key, game.year_key): game for game in found}
        wanted = {values["sku"] for _, _, values in keyed if values.get("sku")}
        self._skus = dict(Game.objects.filter(sku__in=wanted).values_list("sku", "pk"))

    def _is_writable(self, line: int, game: Game | None, values: Values) -> bool:
        """Check what only the database and the folder of pictures know."""
        owner = self._skus.get(values.get("sku"))
        if owner is not None and (game is None or owner != game.pk):
            self.report.fail(line, "sku", f"belongs to another game already: {values['sku']!r}")
            return False
        image = values.get("image")
        if not image or (game is not None and (image == exported(game.cover) or not self.options.update)):
            if image:
                del values["image"]
            return True
        try:
            values["cover"] = self._picture(image)
        except covers.BadCover as error:
            self.report.fail(line, "image", str(error))
            return False
        return True

    def _picture(self, name: str) -> str:
        """Store a picture; only checked in a dry run."""
        if self.options.images is None:
            raise covers.BadCover(f"names a picture: say where it is with --images DIR ({name[:80]!r})")
        path = (self.options.images / name).resolve()
        if not path.is_relative_to(self.options.images.resolve()) or not path.is_file():
            raise covers.BadCover(f"is no file in the folder of pictures: {name[:80]!r}")
        with path.open("rb") as file:
            data = file.read(covers.LARGEST_BYTES + 1)
        if self.options.dry_run:
            covers.decoded(data)
            return "checked"
        self.new_covers.append(covers.save(data))
        return self.new_covers[-1]

    def _plain(self, values: Values) -> Values:
        """What the record says, as fields of the model; price and stock have ways of their own."""
        plain = {name: values[name] for name in PLAIN if name in values}
        plain |= {
            f"{name}_id": self.names.company(values[name]) for name in ("developer", "publisher") if name in values
        }
        if "published" in values:
            plain["is_published"] = values["published"]
        if "cover" in values:
            plain["cover"] = values["cover"]
        elif "image" in values:
            plain["cover"] = ""
        return plain

    def _new(self, key: Key, values: Values) -> tuple[Game, Decimal | None]:
        game = Game(platform_id=key[0], stock=values.get("stock"), **self._plain(values))
        game.derive()
        first = values.get("price")
        if first is not None:
            game.price = first if money.buyable(first) else None
            game.price_added_at = game.price_updated_at = clock.now()
        return game, first

    def _changed(self, game: Game, values: Values) -> Found | None:
        """What is different; None: nothing."""
        plain = self._plain(values)
        plain.pop("name")  # the same name in another spelling is the same game
        fields = [name for name, value in plain.items() if getattr(game, name) != value]
        for name in fields:
            setattr(game, name, plain[name])
        is_repriced = "price" in values and values["price"] != (game.price or 0)
        is_recounted = "stock" in values and values["stock"] != game.stock
        if not (fields or is_repriced or is_recounted):
            return None
        return Found(
            game, fields, values["price"] if is_repriced else None, (values["stock"],) if is_recounted else None
        )

    def _create(self, new: list[tuple[Game, Decimal | None]]) -> None:
        Game.objects.bulk_create([game for game, _ in new])
        now = clock.now()
        Price.objects.bulk_create(
            [
                Price(game=game, amount=first, started_at=game.price_added_at or now)
                for game, first in new
                if first is not None
            ]
        )
        self.report.created += len(new)

    def _update(self, changed: list[Found]) -> None:
        for found in changed:
            if found.fields:
                found.game.save(update_fields=found.fields)
        pricing.set_prices({found.game.pk: found.price for found in changed if found.price is not None})
        stocking.set_to({found.game.pk: found.stock[0] for found in changed if found.stock is not None})
        self.report.updated += len(changed)


def exported(cover: str) -> str:
    """How an export names a picture; empty for none."""
    return f"{cover}-{covers.SIZES[-1][0]}.webp" if cover else ""
