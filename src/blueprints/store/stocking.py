"""The one place where stock changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from blueprints.store import alerts
from blueprints.store.models import Game

if TYPE_CHECKING:
    from collections.abc import Mapping


def take(game: int, quantity: int) -> bool:
    """Take copies out of the counted stock; False when there are too few. Never goes below 0, whoever else buys."""
    return bool(Game.objects.filter(pk=game, stock__gte=quantity).update(stock=F("stock") - quantity))


def give_back(quantities: Mapping[int, int]) -> None:
    """Return copies to the counted stock, in the order of ids so that writers never wait for each other in a ring."""
    for game, quantity in sorted(quantities.items()):
        sold_out = Game.objects.filter(pk=game, stock=0).update(stock=quantity)
        if not sold_out:
            Game.objects.filter(pk=game, stock__isnull=False).update(stock=F("stock") + quantity)
    alerts.stock_arrived(list(quantities))


def set_to(games: Mapping[int, int | None]) -> None:
    """Set the stock of games to what was counted; None: no longer counted."""
    for game, stock in sorted(games.items()):
        Game.objects.filter(pk=game).update(stock=stock)
    alerts.stock_arrived([game for game, stock in games.items() if stock != 0])
