"""Shapes of the API for its description, and the small bodies that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from blueprints.notifier import samples
from blueprints.notifier.checks import Checks

State = Literal["queued", "sending", "sent", "failed", "dead", "unknown"]
Kind = Literal[
    "order_received",
    "order_processing",
    "order_payment_complete",
    "order_shipped",
    "order_completed",
    "order_cancelled",
    "price_drop",
    "back_in_stock",
    "keys_ready",
    "message",
    "test",
]


class Recipient(BaseModel):
    name: str
    address: str


class Attempt(BaseModel):
    at: str
    result: str
    code: str
    text: str
    seconds: float


class Mail(BaseModel):
    id: str
    kind: Kind
    state: State
    to: Recipient
    subject: str | None
    source: str
    event_id: str | None
    order_id: int | None
    locale: str
    template: str | None
    channel: str | None
    message_id: str | None
    provider_id: str | None
    reason: str | None
    attempts: list[Attempt]
    next_attempt_at: str | None
    resent_from: str | None
    created_at: str
    sent_at: str | None


class Mails(BaseModel):
    items: list[Mail]
    next: str | None


class Suppression(BaseModel):
    address: str
    cause: str
    note: str
    created_at: str


class Suppressions(BaseModel):
    items: list[Suppression]
    next: str | None


class Template(BaseModel):
    name: str
    files: list[str]


class Templates(BaseModel):
    items: list[Template]


class Preview(BaseModel):
    subject: str
    html: str
    text: str


REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 422, 503})


_KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
KEYED: dict[str, Any] = {"parameters": [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": _KEY}]}
"""For requests that make a mail: once per key."""


def _request(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_TEXT = {"type": "string", "minLength": 1}
_LOCALE = {"description": "Language, such as de; the shop's own for anything that is none."}
_TO = {
    "type": "object",
    "required": ["address"],
    "properties": {"name": {"type": ["string", "null"]}, "address": {"type": "string", "format": "email"}},
}
_COMMON = {
    "to": _TO,
    "locale": _LOCALE,
    "sensitive": {"type": "boolean"},
    "order_id": {"type": ["integer", "null"], "minimum": 1, "maximum": (1 << 63) - 1},
}
SEND = KEYED | _request(
    {
        "anyOf": [
            {
                "type": "object",
                "required": ["to", "template"],
                "properties": {**_COMMON, "template": _TEXT, "data": {"type": ["object", "null"]}},
            },
            {
                "type": "object",
                "required": ["to", "subject", "text"],
                "properties": {**_COMMON, "subject": _TEXT, "text": _TEXT, "html": {"type": ["string", "null"]}},
            },
        ]
    }
)
RESOLVE = KEYED | _request(
    {"type": "object", "required": ["as"], "properties": {"as": {"enum": ["sent", "dead", "resend"]}}}
)
SUPPRESS = _request(
    {
        "type": "object",
        "required": ["address"],
        "properties": {
            "address": {"type": "string", "format": "email"},
            "note": {"type": ["string", "null"], "maxLength": 500},
        },
    }
)
PREVIEW = _request({"type": "object", "properties": {"data": {"type": ["object", "null"]}, "locale": _LOCALE}})
RAW = {"responses": {200: {"content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}}}}


@dataclass(frozen=True)
class SuppressWish:
    address: str
    note: str


def suppression(body: Mapping[str, Any]) -> SuppressWish:
    """Raises checks.Invalid."""
    from blueprints.notifier.core.suppression import address_key

    checks = Checks(body)
    wish = SuppressWish(address_key(checks.address("address")), checks.text("note", required=False, limit=500))
    checks.done()
    return wish


@dataclass(frozen=True)
class PreviewWish:
    data: dict[str, Any]
    locale: str
    name: str


def preview(body: Mapping[str, Any], locale: str) -> PreviewWish:
    """Raises checks.Invalid. The name is that of `order_customer` or `recipient` in the data, else the sample's."""
    checks = Checks(body)
    data = dict(checks.inner("data").body) if checks.given("data") else {}
    wish = PreviewWish(data, checks.locale("locale", locale), customer(data))
    checks.done()
    return wish


def customer(data: Mapping[str, Any]) -> str:
    """The name in an event's or order's data, for previews."""
    order = data.get("order")
    for place in (
        data.get("recipient"),
        data.get("order_customer"),
        (order or {}).get("order_customer") if isinstance(order, Mapping) else None,
    ):
        if isinstance(place, Mapping) and isinstance(place.get("name"), str):
            return str(place["name"])
    return samples.CUSTOMER
