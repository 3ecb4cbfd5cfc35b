"""What the shop tells the notifier; each is written to the outbox in the transaction that caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing

from blueprints.store.core.money import rounded
from blueprints.web.outbox import events as outbox

if TYPE_CHECKING:
    from decimal import Decimal

    from blueprints.store.models import Alert, Checkout

UNSUBSCRIBE_SALT = "store.unsubscribe"


def address(path: str) -> str:
    """The full address of a page of the shop."""
    return f"{settings.SERVICE_CONFIG.public_url.rstrip('/')}{path}"


def unsubscribe_path(user: int, game: int) -> str:
    """Where one click ends all mails to a user about a game."""
    return f"/alerts/unsubscribe/{signing.dumps([user, game], salt=UNSUBSCRIBE_SALT)}/"


def back_in_stock(alert: Alert) -> None:
    """`store.back_in_stock` for an alert that fires."""
    _about_game("store.back_in_stock", alert, None)


def price_drop(alert: Alert, old: Decimal | None) -> None:
    """`store.price_drop` for an alert that fires; `old`: the price before, where there was one."""
    _about_game("store.price_drop", alert, old)


def _about_game(kind: str, alert: Alert, old: Decimal | None) -> None:
    user, game = alert.user, alert.game
    if not user.email or not user.is_active:
        return
    name = user.get_full_name() or user.get_username()
    data: dict[str, Any] = {
        "recipient": {"name": name, "email": user.email, "locale": settings.SERVICE_CONFIG.locale},
        "game": {
            "id": game.pk,
            "name": game.name,
            "platform": game.platform.name,
            "url": address(game.path),
            "price": str(rounded(game.price_or_zero())),
            "old_price": None if old is None else str(rounded(old)),
            "currency": settings.SERVICE_CONFIG.currency,
        },
        "unsubscribe_url": address(unsubscribe_path(user.pk, game.pk)),
    }
    outbox.publish(kind, data, key=f"game:{game.pk}:{user.pk}")


def keys_ready(checkout: Checkout, items: list[dict[str, Any]]) -> None:
    """`store.keys_ready`: what is ready of an order; the codes themselves are only on the order's page."""
    data = {
        "recipient": {"name": checkout.name, "email": checkout.email, "locale": checkout.locale},
        "order_id": checkout.order_id,
        "url": address(f"/my-orders/{checkout.order_id}/"),
        "items": items,
    }
    outbox.publish("store.keys_ready", data, key=f"order:{checkout.order_id}")
