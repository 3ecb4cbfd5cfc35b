"""A shop to look at: invented games with drawn covers, a price history, sold-out ones and a pool of keys."""

from __future__ import annotations

import csv
import secrets
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprints.store.models import Game

CATALOGUE = Path(__file__).parent / "games.csv"
KEYED = "DC-CART"
RAISED, LOWERED = ("NES-ASTR", "SNE-EMBR"), ("MD-RONN", "PS-EASH", "N64-ZELM")


def fill() -> None:
    """Put the demo into an empty shop."""
    from blueprints.store import covers, keys, versions
    from blueprints.store.demo import drawing
    from blueprints.store.importing import rows, write
    from blueprints.store.models import Game
    from blueprints.web.database import writing

    with writing():
        write.write(rows.Source(CATALOGUE.name, _records), write.Options())
        games = list(Game.objects.select_related("platform"))
        for game in games:
            game.cover = covers.save_drawn(drawing.cover(game.name, game.platform.name))
        Game.objects.bulk_update(games, ("cover",))
        _age(games)
        keyed = next(game for game in games if game.sku == KEYED)
        keys.add(keyed, (f"DEMO-{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper() for _ in range(25)))
        versions.bump()


def _records() -> Iterator[tuple[int, dict[str, object]]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            yield number, dict(row)


def _age(games: list[Game]) -> None:
    """Give the price lists a past: some prices have risen, some have fallen."""
    from blueprints.store.models import Game, Price

    now = clock.now()
    first, second = now - timedelta(days=60), now - timedelta(days=9)
    Price.objects.update(started_at=first)
    Game.objects.exclude(price=None).update(price_added_at=first, price_updated_at=first)
    for game in games:
        if game.sku not in RAISED + LOWERED or game.price is None:
            continue
        factor = Decimal("0.8") if game.sku in RAISED else Decimal("1.25")
        Price.objects.filter(game=game).update(started_at=second)
        before = (game.price * factor).quantize(Decimal("0.10"))
        Price.objects.create(game=game, amount=before, started_at=first, ended_at=second)
        Game.objects.filter(pk=game.pk).update(price_updated_at=second)
