"""Making an order: everything is worked out first, then a handful of plain statements makes it in one transaction.

The ORM's `create()` calls would take about twice the time that the write lock is held. The claim of the idempotency key
is the last row: when somebody else has it, all is rolled back and their order is the answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import OperationalError, connection, transaction

from blueprints import clock
from blueprints.orders import representation
from blueprints.orders.bodies import OrderIn
from blueprints.orders.core import totals
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Order
from blueprints.web import failpoint
from blueprints.web.database import stored, writing
from blueprints.web.idempotency import claims
from blueprints.web.idempotency.models import Claim
from blueprints.web.keys.access import Caller
from blueprints.web.outbox import events
from blueprints.web.problems import Problem
from blueprints.web.requests import request_id

CUSTOMER = """
INSERT INTO orders_customer (client_id, customer_id, name, email, locale, updated_at) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (client_id, customer_id) DO UPDATE
SET name = excluded.name, email = excluded.email, locale = excluded.locale, updated_at = excluded.updated_at
RETURNING id
"""
ORDER = """
INSERT INTO orders_order ({id_column}client_id, customer_id, customer_number, customer_name, customer_email,
 customer_locale, status, total, currency, item_count, reference, carrier, tracking_number, tracking_url, version,
 created_at, updated_at)
VALUES ({id_value}%s, {customer}, %s, %s, %s, %s, 1, %s, %s, %s, %s, '', '', '', 1, %s, %s)
"""
LINE = "INSERT INTO orders_line (order_id, product_id, name, quantity, price_per_unit) VALUES "
CHANGE = """
INSERT INTO orders_change (order_id, from_status, to_status, at, actor, via, reason, passed_through, request_id)
VALUES (%s, NULL, 1, %s, %s, %s, '', %s, %s)
"""
PATIENCE = "SET LOCAL lock_timeout = '5s'"
"""How long to wait for another request with the same key or customer."""
CLAIM = """
INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)
VALUES (%s, %s, %s, 201, '', %s, %s, %s) ON CONFLICT (namespace, key) DO NOTHING
"""


@dataclass(frozen=True)
class Made:
    """An order as it was when it was made, and whether this request made it."""

    order: dict[str, Any]
    replayed: bool


class _Taken(Exception):
    """The key belongs to another request."""


def namespace(client_id: int) -> str:
    """Whose idempotency keys: those of a client, whichever of its API keys it uses."""
    return f"{client_id}:orders.create"


def create(body: OrderIn, caller: Caller, key: str | None, via: str) -> Made:
    """Make the order, or find the one that this key made before; raises the errors of `core` and Problem."""
    draft = Draft(body, caller, key, via)
    try:
        return Made(draft.write(), replayed=False)
    except OperationalError as error:
        if is_lock_timeout(error):
            raise Problem(
                409, "in-progress", "Another request with this key is still at work.", headers={"Retry-After": "5"}
            ) from error
        raise
    except _Taken:
        return replayed(Claim.objects.get(namespace=draft.namespace, key=key), draft.digest)


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting for a lock (SQLSTATE 55P03)."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def replayed(claim: Claim, digest: str) -> Made:
    """The order of a key as it was when it was made: everything that changes later had a known value then."""
    claims.former(claim, digest)
    found = Order.objects.select_related("client").get(pk=int(claim.subject))
    found.status, found.version, found.updated_at = Status.RECEIVED.value, 1, found.created_at
    found.carrier = found.tracking_number = found.tracking_url = ""
    return Made(representation.order(found, found.lines.all()), replayed=True)


def digest(body: OrderIn) -> str:
    """SHA-256 of an order as understood: spelling, key order, unknown keys and a (right) total do not matter."""
    return hashlib.sha256(body.model_dump_json(exclude={"total"}).encode()).hexdigest()


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


class Draft:
    """An order that is about to be made."""

    def __init__(self, body: OrderIn, caller: Caller, key: str | None, via: str) -> None:
        self.body = body
        self.caller = caller
        self.key = key
        self.via = via
        self.namespace = namespace(caller.client_id)
        self.digest = digest(body)
        self.now = clock.now()
        self.total: Decimal = totals.total(((one.quantity, one.price_per_unit) for one in body.items), body.total)
        self.at = stored(self.now)
        self.lines = [
            Wares(one.product_id, one.name, one.quantity, one.price_per_unit)  # plain values: models take long to make
            for one in body.items
        ]
        self.order = self._order()
        self.json = representation.order(self.order, self.lines)

    def _order(self) -> "New":
        customer = self.body.order_customer
        return New(
            client=self.caller.client,
            customer_number=customer.customer_id,
            customer_name=customer.name,
            customer_email=customer.email,
            customer_locale=customer.locale or "",
            total=self.total,
            currency=self.body.currency or settings.SERVICE_CONFIG.currency,
            item_count=sum(one.quantity for one in self.body.items),
            reference=self.body.reference or "",
            created_at=self.now,
        )

    def write(self) -> dict[str, Any]:
        """Store it; raises _Taken when the key is somebody else's by now."""
        with writing():
            is_ours = self._pipelined() if connection.vendor == "postgresql" else self._one_by_one()
            if not is_ours:
                transaction.set_rollback(True)
            failpoint.reach("orders.create.before_commit")
        if not is_ours:
            raise _Taken
        failpoint.reach("orders.create.after_commit")
        return self.json

    def _one_by_one(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(CUSTOMER, self._customer())
            customer = cursor.fetchone()[0]
            sql = ORDER.format(id_column="", id_value="", customer="%s") + " RETURNING id"
            values = self._order_values()
            cursor.execute(sql, [values[0], customer, *values[1:]])
            number = cursor.fetchone()[0]
            for sql, parameters in self._rest(number):
                cursor.execute(sql, parameters)
            if self.key is None:
                return True
            cursor.execute(*self._claim(number))
            return bool(cursor.rowcount == 1)

    def _pipelined(self) -> bool:
        """PostgreSQL: one round trip for the number of the order, one for all statements."""
        raw = connection.connection
        with raw.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('orders_order', 'id'))")
            number = cursor.fetchone()[0]
            owner = "(SELECT id FROM orders_customer WHERE client_id = %s AND customer_id = %s)"
            sql = ORDER.format(id_column="id, ", id_value="%s, ", customer=owner)
            values = self._order_values()
            ours = [self.caller.client_id, self.body.order_customer.customer_id]
            with raw.cursor() as claim:
                with raw.pipeline():
                    cursor.execute(PATIENCE)
                    cursor.execute(CUSTOMER, self._customer())
                    cursor.execute(sql, [number, values[0], *ours, *values[1:]])
                    for statement, parameters in self._rest(number):
                        cursor.execute(statement, parameters)
                    if self.key is not None:
                        claim.execute(*self._claim(number))
                return self.key is None or claim.rowcount == 1  # known once the pipeline is through

    def _customer(self) -> list[Any]:
        customer = self.body.order_customer
        return [
            self.caller.client_id, customer.customer_id, customer.name, customer.email, customer.locale or "", self.at
        ]  # fmt: skip

    def _order_values(self) -> list[Any]:
        order = self.order
        return [
            self.caller.client_id, order.customer_number, order.customer_name, order.customer_email,
            order.customer_locale, _amount(order.total), order.currency, order.item_count, order.reference,
            self.at, self.at,
        ]  # fmt: skip

    def _rest(self, number: int) -> list[events.Statement]:
        """Lines, history, event and deliveries."""
        self.json["id"] = number
        data = {"order": self.json, "change": received(self.caller.client, self.via)}
        text = events.body("order.received", data, self.now)
        return [
            self._line_statement(number),
            (CHANGE, [number, self.at, self.caller.client, self.via, False, request_id()]),
            *events.statements("order.received", text, f"order:{number}", self.now),
        ]

    def _line_statement(self, number: int) -> events.Statement:
        values = [
            value
            for one in self.lines
            for value in (number, one.product_id, one.name, one.quantity, _amount(one.price_per_unit))
        ]
        return LINE + ", ".join(["(%s, %s, %s, %s, %s)"] * len(self.lines)), values

    def _claim(self, number: int) -> events.Statement:
        return CLAIM, [self.namespace, self.key, self.digest, str(number), False, self.at]


def received(actor: str, via: str) -> dict[str, Any]:
    """The `change` of the first event of an order."""
    return {"from": None, "to": 1, "actor": actor, "via": via, "reason": None, "passed_through": False}


def _amount(value: Decimal) -> Any:
    return connection.ops.adapt_decimalfield_value(value, 9, 2)
