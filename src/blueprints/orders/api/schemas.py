"""What the API answers, for its OpenAPI description."""

from typing import Literal

from ninja import Schema
from pydantic import AwareDatetime

Word = Literal["received", "processing", "payment_complete", "shipping", "completed", "cancelled"]
State = Literal["waiting", "sending", "delivered", "dead"]


class CustomerOut(Schema):
    customer_id: int
    name: str
    email: str
    locale: str | None


class LineOut(Schema):
    product_id: int
    name: str
    quantity: int
    price_per_unit: str
    line_total: str


class TrackingOut(Schema):
    carrier: str | None
    number: str | None
    url: str | None


class OrderOut(Schema):
    id: int
    status: Word
    status_code: int
    status_label: str
    total: str
    currency: str
    item_count: int
    order_customer: CustomerOut
    items: list[LineOut]
    tracking: TrackingOut | None
    reference: str | None
    client: str
    version: int
    next_statuses: list[Word]
    created_at: AwareDatetime
    last_updated: AwareDatetime


class OrdersOut(Schema):
    items: list[OrderOut]
    next: str | None
    count: int | None


class ChangeOut(Schema):
    """`from` is null for the first row."""

    to: int
    from_label: str | None
    to_label: str
    at: AwareDatetime
    actor: str
    via: Literal["api", "legacy", "admin", "cli", "system"]
    reason: str | None
    passed_through: bool
    request_id: str | None


class HistoryOut(Schema):
    items: list[ChangeOut]


class StatusOut(Schema):
    code: int
    status: Word
    label: str
    final: bool
    next: list[Word]


class StatusesOut(Schema):
    items: list[StatusOut]


class VoidedOut(Schema):
    voided: bool


class DeliveryOut(Schema):
    id: int
    subscriber: str
    state: State
    attempts: int
    next_attempt_at: AwareDatetime | None
    last_status: int | None
    last_error: str | None


class DeliveryOfEventOut(DeliveryOut):
    event: str
    type: str
    order_id: int | None


class EventOut(Schema):
    id: str
    type: str
    order_id: int | None
    created_at: AwareDatetime
    deliveries: list[DeliveryOut]


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None


class DeliveriesOut(Schema):
    items: list[DeliveryOfEventOut]
    next: str | None


class RequeuedOut(Schema):
    requeued: int


class ReplayedOut(Schema):
    replayed: int


class SubscriberOut(Schema):
    id: int
    name: str
    url: str
    events: list[str]
    enabled: bool
    created_at: AwareDatetime


class SubscriberMadeOut(SubscriberOut):
    """The secret is shown this once."""

    secret: str


class SubscribersOut(Schema):
    items: list[SubscriberOut]


class EventIdOut(Schema):
    event: str


class KeyOut(Schema):
    id: int
    client: str
    prefix: str
    scopes: list[str]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    last_used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class KeyMadeOut(KeyOut):
    """The key is shown this once."""

    key: str


class KeysOut(Schema):
    items: list[KeyOut]


class MadeOut(Schema):
    """Answer of the older path."""

    order_id: int


class OlderCustomerOut(Schema):
    customer_id: int
    email: str
    name: str


class OlderLineOut(Schema):
    name: str
    price_per_unit: str
    product_id: int
    quantity: int


class OlderOrderOut(Schema):
    id: int
    status: str
    created_at: AwareDatetime
    total: str
    order_customer: OlderCustomerOut
    items: list[OlderLineOut]
