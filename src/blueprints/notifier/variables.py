"""The variables of a template, from what a mail was asked with: every documented name is always there."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_NAMES = (
    "order",
    "order_items",
    "customer_name",
    "order_id",
    "total_purchased",
    "status_label",
    "tracking",
    "game",
    "items",
    "url",
    "unsubscribe_url",
)


def for_template(given: Mapping[str, Any], name: str, shop: Mapping[str, str], locale: str) -> dict[str, Any]:
    """`given` completed: `order` is taken apart, lines get their `line_total`, what is missing is None.

    A template that prints a None fails, so that no mail with a hole goes out.
    """
    order = given.get("order")
    order = order if isinstance(order, Mapping) else None
    game = given.get("game")
    derived = {} if order is None else _of_order(order)
    source = game if isinstance(game, Mapping) else order or {}
    return {
        **dict.fromkeys(_NAMES),
        **derived,
        **given,
        "customer_name": name,
        "currency": source.get("currency") or "USD",
        "locale": locale,
        **shop,
    }


def _of_order(order: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order_items": [_line(item) for item in order.get("items") or []],
        "order_id": order.get("id"),
        "total_purchased": order.get("total"),
        "status_label": order.get("status_label") or _label(order.get("status")),
        "tracking": order.get("tracking"),
    }


def _line(item: Mapping[str, Any]) -> dict[str, Any]:
    total = Decimal(str(item["price_per_unit"])) * Decimal(str(item["quantity"]))
    return {"line_total": str(total), **item}


def _label(status: Any) -> str | None:
    return status.replace("_", " ").capitalize() if isinstance(status, str) else None
