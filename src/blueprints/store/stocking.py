"""The one place where stock changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from blueprints.store import alerts, versions
from blueprints.store.core import stock
from blueprints.store.models import Game

if TYPE_CHECKING:
    from collections.abc import Mapping


def take(quantities: Mapping[int, int]) -> bool:
    """Take copies out of the counted stock, in the order of ids, so that two shoppers never wait in a ring.

    False when there are too few of one: the caller undoes its transaction. Never goes below 0, whoever else buys.
    """
    for game, quantity in sorted(quantities.items()):
        if not Game.objects.filter(pk=game, stock__gte=quantity).update(stock=F("stock") - quantity):
            return False
    _show({game: -quantity for game, quantity in quantities.items()})
    return True


def give_back(quantities: Mapping[int, int]) -> None:
    """Return copies to the counted stock, in the order of ids."""
    for game, quantity in sorted(quantities.items()):
        Game.objects.filter(pk=game, stock__isnull=False).update(stock=F("stock") + quantity)
    _show(quantities)
    alerts.stock_arrived(list(quantities))


def _show(changes: Mapping[int, int]) -> None:
    """Let pages be made anew when a card says something else now; most sales change no card."""
    now = Game.objects.filter(pk__in=changes, stock__isnull=False).values_list("pk", "stock")
    if any(stock.label(left) != stock.label((left or 0) - changes[game]) for game, left in now):
        versions.bump()


def set_to(games: Mapping[int, int | None]) -> None:
    """Set the stock of games to what was counted; None: no longer counted."""
    for game, copies in sorted(games.items()):
        Game.objects.filter(pk=game).update(stock=copies)
    if games:
        versions.bump()
    alerts.stock_arrived([game for game, copies in games.items() if copies != 0])
