"""A game for machines: JSON-LD Product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]  # the table json_script() uses
from django.utils.safestring import SafeString, mark_safe

from blueprints.store import covers, events
from blueprints.store.core import money
from blueprints.store.core.money import rounded

if TYPE_CHECKING:
    from blueprints.store.models import Game


def product(game: Game, path: str) -> SafeString:
    """The text of a script element of type application/ld+json."""
    import json

    return mark_safe(json.dumps(_product(game, path), ensure_ascii=False).translate(_json_script_escapes))  # noqa: S308  escaped


def _product(game: Game, path: str) -> dict[str, Any]:
    address = events.address(path)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": game.name,
        "category": game.platform.name,
        "url": address,
        "image": events.address(covers.urls(game.cover)[2]),
    }
    if game.description:
        told["description"] = game.description[:5000]
    if game.sku:
        told["sku"] = game.sku
    if game.publisher is not None:
        told["brand"] = {"@type": "Brand", "name": game.publisher.name}
    if game.price is not None and money.buyable(game.price):
        told["offers"] = {
            "@type": "Offer",
            "price": str(rounded(game.price)),
            "priceCurrency": settings.SERVICE_CONFIG.currency,
            "availability": f"https://schema.org/{'OutOfStock' if game.stock == 0 else 'InStock'}",
            "url": address,
        }
    return told
