"""The one place where prices change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from blueprints import clock
from blueprints.store import alerts, versions
from blueprints.store.core.money import buyable, rounded
from blueprints.store.models import CartLine, Game, Price

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal


def set_price(game: Game, amount: Decimal) -> bool:
    """Close the open row of the game's price list and open one; False when `amount` is its price already."""
    return bool(set_prices({game.pk: amount}, {game.pk: game}))


def set_prices(amounts: Mapping[int, Decimal], games: Mapping[int, Game] | None = None) -> int:
    """Set many prices by game id, in a few statements; the number that changed. `games` are brought up to date too."""
    with transaction.atomic():
        locked = Game.objects.select_for_update(of=("self",)).filter(pk__in=amounts).order_by("pk")
        current = dict(Price.objects.filter(game__in=amounts, ended_at=None).values_list("game_id", "amount"))
        changed = [game for game in locked if current.get(game.pk) != rounded(amounts[game.pk])]
        if changed:
            _replace(changed, amounts, games or {})
        return len(changed)


def _replace(changed: list[Game], amounts: Mapping[int, Decimal], known: Mapping[int, Game]) -> None:
    now = clock.now()
    new = {game.pk: rounded(amounts[game.pk]) for game in changed}
    Price.objects.filter(game__in=new, ended_at=None).update(ended_at=now)
    Price.objects.bulk_create([Price(game_id=pk, amount=amount, started_at=now) for pk, amount in new.items()])
    priced = []
    for game in changed:
        before, game.price = game.price, new[game.pk] if buyable(new[game.pk]) else None
        game.price_updated_at = now
        game.price_added_at = game.price_added_at or now
        if game.price is not None:
            priced.append((game, before))
        if game.pk in known:
            for field in ("price", "price_updated_at", "price_added_at"):
                setattr(known[game.pk], field, getattr(game, field))
    Game.objects.bulk_update(changed, ("price", "price_updated_at", "price_added_at"), batch_size=500)
    _lower_lines(new)
    alerts.prices_set(priced)
    versions.bump()


def _lower_lines(new: Mapping[int, Decimal]) -> None:
    """Let cart lines see the new prices: a line keeps the lowest."""
    in_carts = CartLine.objects.filter(game__in=new).values_list("game_id", flat=True).distinct()
    for game in list(in_carts):
        if buyable(new[game]):
            CartLine.objects.filter(game_id=game, price__gt=new[game]).update(price=new[game])


def newest_first(game: Game) -> list[Price]:
    """The price list of a game."""
    return list(game.prices.order_by(F("started_at").desc(), F("id").desc()))
