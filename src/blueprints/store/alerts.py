"""Mails that users asked for: back in stock, and price drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.store import events
from blueprints.store.models import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from blueprints.store.models import Game


def stock_arrived(games: Sequence[int]) -> None:
    """Fire the stock alerts of those of these games that can be bought now; each once."""
    waiting = Alert.objects.filter(kind=Alert.Kind.STOCK, game__in=games, game__is_published=True)
    waiting = waiting.exclude(game__stock=0).exclude(game__price=None)
    for alert in waiting.select_related("user", "game__platform").order_by("pk"):
        if Alert.objects.filter(pk=alert.pk).delete()[0]:
            events.back_in_stock(alert)


def prices_set(changes: Iterable[tuple[Game, Decimal | None]]) -> None:
    """Fire the price alerts of games whose price has just changed from the second to the game's present one."""
    before = {game.pk: old for game, old in changes}
    alerts = Alert.objects.filter(kind=Alert.Kind.PRICE, game__in=before, game__is_published=True)
    for alert in alerts.select_related("user", "game__platform").order_by("pk"):
        _price_set(alert, before[alert.game_id])
    stock_arrived(list(before))


def _price_set(alert: Alert, before: Decimal | None) -> None:
    price = alert.game.price
    if price is None:
        return
    within = alert.below is None or price <= alert.below
    fell = alert.armed_at_price is None or price < alert.armed_at_price
    if within and fell:
        events.price_drop(alert, before if before is not None else alert.armed_at_price)
    if alert.below is None or within:
        alert.armed_at_price = price
    else:
        alert.armed_at_price = None  # above the limit again: the next price within it counts
    alert.save(update_fields=("armed_at_price",))


def watch_stock(user_id: int, game: Game) -> bool:
    """Ask for a mail when the game is back; False when it is not sold out."""
    if game.available:
        return False
    Alert.objects.get_or_create(user_id=user_id, game=game, kind=Alert.Kind.STOCK)
    return True


def watch_price(user_id: int, game: Game, below: Decimal | None) -> None:
    """Ask for a mail at any fall of the price, or when it is `below` or less."""
    armed = game.price if below is None or (game.price is not None and game.price <= below) else None
    Alert.objects.update_or_create(
        user_id=user_id, game=game, kind=Alert.Kind.PRICE, defaults={"below": below, "armed_at_price": armed}
    )
