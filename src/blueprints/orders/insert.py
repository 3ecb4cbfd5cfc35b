"""Storing a new order: customer, order, lines, history, event, deliveries, claim of the key; in one transaction.

These are plain statements: the ORM's `create()` calls take twice the time. On SQLite threads that wait for the disk
share a transaction. On PostgreSQL a round trip costs most, so that a single statement writes all rows.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from blueprints.orders.draft import Draft
from blueprints.web import failpoint
from blueprints.web.database import shared, stored, writing
from blueprints.web.outbox import events
from blueprints.web.plain import execute, with_question_marks


class Claiming(NamedTuple):
    """An idempotency key, whose it is, and what it stands for."""

    namespace: str
    key: str
    digest: str


def insert(draft: Draft, claim: Claiming | None) -> int | None:
    """Store the order and give its number; None, and nothing is stored, when the key is taken."""
    if connection.vendor == "postgresql":
        return _at_once(draft, claim)
    return shared(lambda: _one_by_one(draft, claim))


CUSTOMER = """
INSERT INTO orders_customer (client_id, customer_id, name, email, locale, updated_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (client_id, customer_id) DO UPDATE
SET name = excluded.name, email = excluded.email, locale = excluded.locale, updated_at = excluded.updated_at
RETURNING id
"""
ORDER = """
INSERT INTO orders_order (client_id, customer_id, customer_number, customer_name, customer_email, customer_locale,
 status, total, currency, item_count, reference, carrier, tracking_number, tracking_url, version,
 created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, '', '', '', 1, ?, ?) RETURNING id
"""
LINES = "INSERT INTO orders_line (order_id, product_id, name, quantity, price_per_unit) VALUES "
LINE = "(?, ?, ?, ?, ?)"
CHANGE = """
INSERT INTO orders_change (order_id, from_status, to_status, at, actor, via, reason, passed_through, request_id)
VALUES (?, NULL, 1, ?, ?, ?, '', ?, ?)
"""
CLAIMED = "SELECT 1 FROM idempotency_claim WHERE namespace = ? AND key = ?"
CLAIM = """
INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)
VALUES (?, ?, ?, 201, '', ?, ?, ?)
"""


def _one_by_one(draft: Draft, claim: Claiming | None) -> int | None:
    """SQLite: nobody else writes meanwhile, so that the key can be looked at first and claimed last."""
    ours = connections[DEFAULT_DB_ALIAS]
    with ours.wrap_database_errors:
        number = _stored(ours.connection.execute, draft, claim)
    if number is not None:
        failpoint.reach("orders.create.before_commit")
    return number


def _stored(execute: Callable[..., Any], draft: Draft, claim: Claiming | None) -> int | None:
    if claim and execute(CLAIMED, (claim.namespace, claim.key)).fetchone():
        return None
    order, at, caller = draft.order, stored(draft.now), draft.caller
    who = (order.customer_number, order.customer_name, order.customer_email, order.customer_locale)
    customer = execute(CUSTOMER, (caller.client_id, *who, at)).fetchone()[0]
    what = (_amount(order.total), order.currency, order.item_count, order.reference)
    number: int = execute(ORDER, (caller.client_id, customer, *who, *what, at, at)).fetchone()[0]
    execute(LINES + ", ".join([LINE] * len(draft.lines)), _lines(draft, number))
    execute(CHANGE, (number, at, caller.client, draft.via, False, draft.request_id))
    for sql, values in events.statements("order.received", draft.event(number), f"order:{number}", draft.now):
        execute(with_question_marks(sql), values)
    if claim:
        execute(CLAIM, (*claim, str(number), False, at))
    return number


def _lines(draft: Draft, number: int) -> list[Any]:
    return [
        value
        for one in draft.lines
        for value in (number, one.product_id, one.name, one.quantity, _amount(one.price_per_unit))
    ]


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"  # as the ORM stores it


NUMBER = "SELECT nextval(pg_get_serial_sequence('orders_order', 'id')), set_config('lock_timeout', '5s', true)"
"""The number of the order, and how long to wait for another request with the same key or customer."""
EVERYTHING = """
WITH customer AS (
 INSERT INTO orders_customer (client_id, customer_id, name, email, locale, updated_at)
 VALUES (%(client)s, %(customer)s, %(name)s, %(email)s, %(locale)s, %(at)s)
 ON CONFLICT (client_id, customer_id) DO UPDATE
 SET name = excluded.name, email = excluded.email, locale = excluded.locale, updated_at = excluded.updated_at
 RETURNING *
), placed AS (
 INSERT INTO orders_order (id, client_id, customer_id, customer_number, customer_name, customer_email, customer_locale,
  status, total, currency, item_count, reference, carrier, tracking_number, tracking_url, version,
  created_at, updated_at)
 SELECT %(number)s, client_id, id, customer_id, name, email, locale,
  1, %(total)s, %(currency)s, %(item_count)s, %(reference)s, '', '', '', 1, %(at)s, %(at)s FROM customer
), lines AS (
 INSERT INTO orders_line (order_id, product_id, name, quantity, price_per_unit)
 SELECT %(number)s, product_id, name, quantity, price
 FROM unnest(%(products)s::bigint[], %(names)s::text[], %(quantities)s::int[], %(prices)s::numeric[])
 WITH ORDINALITY AS line(product_id, name, quantity, price, place) ORDER BY place
), history AS (
 INSERT INTO orders_change (order_id, from_status, to_status, at, actor, via, reason, passed_through, request_id)
 VALUES (%(number)s, NULL, 1, %(at)s, %(actor)s, %(via)s, '', false, %(request_id)s)
), event AS (
 INSERT INTO outbox_event (uid, type, key, body, created_at)
 VALUES (%(uid)s, 'order.received', %(event_key)s, %(event)s, %(at)s) RETURNING id, key, created_at
), deliveries AS (
 INSERT INTO outbox_delivery (event_id, subscriber_id, key, state, attempts, next_attempt_at, owner, last_error)
 SELECT event.id, s.id, event.key, 'waiting', 0, event.created_at, '', '' FROM event JOIN outbox_subscriber s
 ON s.enabled AND s.patterns LIKE ANY (%(patterns)s)
), claim AS (
 INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)
 SELECT %(namespace)s, %(key)s::text, %(digest)s, 201, '', %(subject)s, false, %(at)s WHERE %(key)s::text IS NOT NULL
 ON CONFLICT (namespace, key) DO NOTHING RETURNING 1
)
SELECT count(*) FROM claim
"""


def _at_once(draft: Draft, claim: Claiming | None) -> int | None:
    with writing(), connection.wrap_database_errors:
        with connection.connection.pipeline():  # one round trip for BEGIN and the number
            number: int = execute(NUMBER).fetchone()[0]
        claimed = execute(EVERYTHING, _values(draft, claim, number)).fetchone()[0]
        is_ours = claim is None or claimed == 1
        if is_ours:
            failpoint.reach("orders.create.before_commit")
        else:
            transaction.set_rollback(True)
    return number if is_ours else None


def _values(draft: Draft, claim: Claiming | None, number: int) -> dict[str, Any]:
    order = draft.order
    named = claim or Claiming("", "", "")
    return {
        "client": draft.caller.client_id, "customer": order.customer_number, "name": order.customer_name,
        "email": order.customer_email, "locale": order.customer_locale, "at": draft.now, "number": number,
        "total": order.total, "currency": order.currency, "item_count": order.item_count,
        "reference": order.reference,
        "products": [one.product_id for one in draft.lines],
        "names": [one.name for one in draft.lines], "quantities": [one.quantity for one in draft.lines],
        "prices": [one.price_per_unit for one in draft.lines], "actor": draft.caller.client, "via": draft.via,
        "request_id": draft.request_id, "uid": events.new_uid(),
        "event_key": f"order:{number}", "patterns": [*events.patterns("order.received")],
        "event": draft.event(number), "namespace": named.namespace, "key": claim and claim.key,
        "digest": named.digest, "subject": str(number),
    }  # fmt: skip
