"""What previews and `templates check` are rendered with when nothing else is given."""

from typing import Any

CUSTOMER = "Ada Byte"
_ORDER = {
    "id": 39,
    "status": "received",
    "status_label": "Received",
    "total": "32.75",
    "currency": "USD",
    "order_customer": {"name": CUSTOMER, "email": "ada@example.org"},
    "items": [
        {"product_id": 11, "name": "Astro Racer", "quantity": 1, "price_per_unit": "10.00", "line_total": "10.00"},
        {"product_id": 12, "name": "Maze Hunter", "quantity": 3, "price_per_unit": "5.10", "line_total": "15.30"},
        {"product_id": 13, "name": "Tiny Orchestra", "quantity": 1, "price_per_unit": "7.45", "line_total": "7.45"},
    ],
    "tracking": None,
    "created_at": "2026-11-22T15:57:00Z",
}
_TRACKING = {"carrier": "Parcel Post", "number": "PP-1234567", "url": "https://parcels.example/PP-1234567"}
_GAME = {
    "id": 11,
    "name": "Astro Racer",
    "platform": "Orbit 64",
    "url": "https://shop.example/games/astro-racer/",
    "price": "19.90",
    "old_price": "29.90",
    "currency": "USD",
}
_UNSUBSCRIBE = "https://shop.example/alerts/unsubscribe/sample/"


def variables(name: str) -> dict[str, Any]:
    """A plausible set for the template `name`; for one of the shop's own names, everything at once."""
    everything: dict[str, Any] = {
        "order": {**_ORDER, "tracking": _TRACKING},
        "game": _GAME,
        "order_id": 39,
        "url": "https://shop.example/orders/39/keys/",
        "items": [
            {"name": "Astro Racer", "quantity": 2, "ready": 2},
            {"name": "Maze Hunter", "quantity": 1, "ready": 0},
        ],
        "subject": "Your question about order 39",
        "text": "Hello Ada,\n\nthe parcel left us today.\n\nKind regards",
        "paragraphs": [["Hello Ada,"], ["the parcel left us today."], ["Kind regards"]],
    }
    chosen = {
        "order_shipped": {"order": everything["order"]},
        "price_drop": {"game": _GAME, "unsubscribe_url": _UNSUBSCRIBE},
        "back_in_stock": {"game": {**_GAME, "old_price": None}, "unsubscribe_url": _UNSUBSCRIBE},
        "keys_ready": {key: everything[key] for key in ("order_id", "url", "items")},
        "message": {key: everything[key] for key in ("subject", "text", "paragraphs")},
        "test": {},
    }
    if name.startswith("order_") and name not in chosen:
        return {"order": _ORDER}
    return chosen.get(name, everything)
