"""An order that is about to be made: everything about it that can be known before the database is asked."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from blueprints import clock
from blueprints.orders import representation
from blueprints.orders.bodies import OrderIn
from blueprints.orders.core import totals
from blueprints.orders.core.statuses import Status
from blueprints.web import answers
from blueprints.web.keys.access import Caller
from blueprints.web.outbox import events
from blueprints.web.requests import request_id

UNNUMBERED = '{"id":0'
"""How the JSON of an order begins that has no number yet."""


class Wares(NamedTuple):
    """A line of an order that has no row yet."""

    product_id: int
    name: str
    quantity: int
    price_per_unit: Decimal


class New(NamedTuple):
    """An order that has no row yet, in the shape that `representation.order` reads."""

    client: str
    customer_number: int
    customer_name: str
    customer_email: str
    customer_locale: str
    total: Decimal
    currency: str
    item_count: int
    reference: str
    created_at: datetime
    pk: int = 0
    state: Status = Status.RECEIVED
    version: int = 1
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""

    @property
    def updated_at(self) -> datetime:
        return self.created_at


class Claiming(NamedTuple):
    """An idempotency key, whose it is, and what it stands for."""

    namespace: str
    key: str
    digest: str


class Draft:
    """An order that is about to be made."""

    def __init__(self, body: OrderIn, caller: Caller, via: str) -> None:
        self.caller = caller
        self.via = via
        self.request_id = request_id()  # now: whichever thread writes the rows may be at another request
        self.now = clock.now()
        self.lines = [
            Wares(one.product_id, one.name, one.quantity, one.price_per_unit)  # plain values: models take long to make
            for one in body.items
        ]
        self.order = self._order(body)
        self._after_number = answers.text(representation.order(self.order, self.lines)).removeprefix(UNNUMBERED)
        self._change = _received_text(caller.client, via)

    def _order(self, body: OrderIn) -> New:
        customer = body.order_customer
        return New(
            client=self.caller.client,
            customer_number=customer.customer_id,
            customer_name=customer.name,
            customer_email=customer.email,
            customer_locale=customer.locale or "",
            total=totals.total(((one.quantity, one.price_per_unit) for one in body.items), body.total),
            currency=body.currency or settings.SERVICE_CONFIG.currency,
            item_count=sum(one.quantity for one in body.items),
            reference=body.reference or "",
            created_at=self.now,
        )

    def text(self, number: int) -> str:
        """Its JSON, once its number is known."""
        return f'{{"id":{number}{self._after_number}'

    def event(self, number: int) -> str:
        """The text of its event."""
        before, after = self.event_around_number()
        return f"{before}{number}{after}"

    def event_around_number(self) -> tuple[str, str]:
        """The text of its event before and after its number."""
        data = f'{{"order":{UNNUMBERED}{self._after_number},"change":{self._change}}}'
        before, _, after = events.written("order.received", data, self.now).partition(UNNUMBERED)
        return before + UNNUMBERED.removesuffix("0"), after


def received(actor: str, via: str) -> dict[str, Any]:
    """The `change` of the first event of an order."""
    return {"from": None, "to": 1, "actor": actor, "via": via, "reason": None, "passed_through": False}


@lru_cache(maxsize=64)
def _received_text(actor: str, via: str) -> str:
    return answers.text(received(actor, via))
