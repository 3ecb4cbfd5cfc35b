"""Orders and what belongs to them as the JSON of the API."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Change, Order
from blueprints.orders.table import transitions
from blueprints.web.outbox.models import Delivery, Event

if TYPE_CHECKING:
    from blueprints.orders.draft import New


def moment(value: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class LineLike(Protocol):
    """A line, stored or about to be."""

    @property
    def product_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def price_per_unit(self) -> Decimal: ...


def order(found: "Order | New", lines: Iterable[LineLike]) -> dict[str, Any]:
    """An order with everything it holds, all keys always there."""
    status = found.state
    return {
        "id": found.pk,
        "status": status.word,
        "status_code": status.value,
        "status_label": status.label,
        "total": f"{found.total:.2f}",
        "currency": found.currency,
        "item_count": found.item_count,
        "order_customer": {
            "customer_id": found.customer_number,
            "name": found.customer_name,
            "email": found.customer_email,
            "locale": found.customer_locale or None,
        },
        "items": [line(one) for one in lines],
        "tracking": tracking(found),
        "reference": found.reference or None,
        "client": getattr(found.client, "name", found.client),
        "version": found.version,
        "next_statuses": [following.word for following in transitions()[status]],
        "created_at": moment(found.created_at),
        "last_updated": moment(found.updated_at),
    }


def line(found: LineLike) -> dict[str, Any]:
    return {
        "product_id": found.product_id,
        "name": found.name,
        "quantity": found.quantity,
        "price_per_unit": f"{found.price_per_unit:.2f}",
        "line_total": f"{found.quantity * found.price_per_unit:.2f}",
    }


def tracking(found: "Order | New") -> dict[str, str | None] | None:
    if not (found.carrier or found.tracking_number or found.tracking_url):
        return None
    return {
        "carrier": found.carrier or None,
        "number": found.tracking_number or None,
        "url": found.tracking_url or None,
    }


def change(found: Change) -> dict[str, Any]:
    """A row of the history; `from` is null for the first."""
    return {
        "from": found.from_status,
        "from_label": Status(found.from_status).label if found.from_status else None,
        "to": found.to_status,
        "to_label": Status(found.to_status).label,
        "at": moment(found.at),
        "actor": found.actor,
        "via": found.via,
        "reason": found.reason or None,
        "passed_through": found.passed_through,
        "request_id": found.request_id or None,
    }


def event(found: Event) -> dict[str, Any]:
    return {
        "id": found.uid,
        "type": found.type,
        "order_id": order_id(found.key),
        "created_at": moment(found.created_at),
        "deliveries": [delivery(one) for one in found.deliveries.all()],
    }


def order_id(key: str) -> int | None:
    """The number in the key of an event such as `order:39`; None for other events."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "order" else None


def delivery(found: Delivery) -> dict[str, Any]:
    """How far an event has come at one subscriber: `state` is one of those of the outbox, times are RFC 3339."""
    return {
        "id": found.pk,
        "subscriber": found.subscriber.name,
        "state": found.state,
        "attempts": found.attempts,
        "next_attempt_at": moment(found.next_attempt_at) if found.state == "waiting" else None,
        "last_status": found.last_status,
        "last_error": found.last_error or None,
    }
