"""Which event makes which mail: the one place that decides it, whatever path made the change."""

from collections.abc import Collection, Mapping
from typing import Any

_BY_TYPE = {
    "orders": {
        "order.received": "order_received",
        "order.shipped": "order_shipped",
        "order.completed": "order_completed",
        "order.cancelled": "order_cancelled",
    },
    "store": {
        "store.price_drop": "price_drop",
        "store.back_in_stock": "back_in_stock",
        "store.keys_ready": "keys_ready",
    },
}
_BY_STATUS = {2: "order_processing", 3: "order_payment_complete"}
"""Statuses that have no event of their own and a mail all the same."""

SOURCES = tuple(_BY_TYPE)


def kind_of(source: str, event: Mapping[str, Any], silence: Collection[str] = ()) -> str | None:
    """The kind of mail that `event` (`{"type", "timestamp", "data"}`) of `source` deserves; None for no mail.

    A source speaks for itself alone: an event of the store that arrives as one of orders makes none. Steps that an
    order only passed through make none.
    """
    name = event.get("type")
    data = event.get("data")
    change = data.get("change") if isinstance(data, Mapping) else None
    change = change if isinstance(change, Mapping) else {}
    if change.get("passed_through") is True:
        return None
    kind = _BY_TYPE.get(source, {}).get(name) if isinstance(name, str) else None
    if source == "orders" and name == "order.status_changed":
        to = change.get("to")
        kind = _BY_STATUS.get(to) if isinstance(to, int) else None
    return None if kind in silence else kind
