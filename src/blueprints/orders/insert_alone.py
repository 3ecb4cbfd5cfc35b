"""Storing a new order on PostgreSQL, where a round trip costs most: a single statement writes every row and commits."""

from typing import Any

from blueprints.orders.draft import Claiming, Draft
from blueprints.web import failpoint
from blueprints.web.outbox import events
from blueprints.web.plain import execute

EVERYTHING = """
WITH numbered AS MATERIALIZED (
 SELECT nextval(pg_get_serial_sequence('orders_order', 'id')) AS number, set_config('lock_timeout', '5s', true)
), claim AS (
 INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)
 SELECT %(namespace)s, %(key)s::text, %(digest)s, 201, '', number, false, %(at)s FROM numbered
 WHERE %(key)s::text IS NOT NULL
 ON CONFLICT (namespace, key) DO NOTHING RETURNING 1
), allowed AS (
 SELECT number FROM numbered WHERE %(key)s::text IS NULL OR EXISTS (SELECT 1 FROM claim)
), customer AS (
 INSERT INTO orders_customer (client_id, customer_id, name, email, locale, updated_at)
 SELECT %(client)s, %(customer)s, %(name)s, %(email)s, %(locale)s, %(at)s FROM allowed
 ON CONFLICT (client_id, customer_id) DO UPDATE
 SET name = excluded.name, email = excluded.email, locale = excluded.locale, updated_at = excluded.updated_at
 RETURNING *
), placed AS (
 INSERT INTO orders_order (id, client_id, customer_id, customer_number, customer_name, customer_email, customer_locale,
  status, total, currency, item_count, reference, carrier, tracking_number, tracking_url, version,
  created_at, updated_at)
 SELECT number, client_id, id, customer_id, name, email, locale,
  1, %(total)s, %(currency)s, %(item_count)s, %(reference)s, '', '', '', 1, %(at)s, %(at)s FROM allowed, customer
), lines AS (
 INSERT INTO orders_line (order_id, product_id, name, quantity, price_per_unit)
 SELECT number, product_id, name, quantity, price
 FROM allowed, unnest(%(products)s::bigint[], %(names)s::text[], %(quantities)s::int[], %(prices)s::numeric[])
 WITH ORDINALITY AS line(product_id, name, quantity, price, place) ORDER BY place
), history AS (
 INSERT INTO orders_change (order_id, from_status, to_status, at, actor, via, reason, passed_through, request_id)
 SELECT number, NULL, 1, %(at)s, %(actor)s, %(via)s, '', false, %(request_id)s FROM allowed
), event AS (
 INSERT INTO outbox_event (uid, type, key, body, created_at)
 SELECT %(uid)s, 'order.received', 'order:' || number, %(before_number)s || number || %(after_number)s, %(at)s
 FROM allowed RETURNING id, key, created_at
), deliveries AS (
 INSERT INTO outbox_delivery (event_id, subscriber_id, key, state, attempts, next_attempt_at, owner, last_error)
 SELECT event.id, s.id, event.key, 'waiting', 0, event.created_at, '', '' FROM event JOIN outbox_subscriber s
 ON s.enabled AND s.patterns LIKE ANY (%(patterns)s)
)
SELECT number FROM allowed
"""
"""A key that is taken leaves nothing to be `allowed`; another request with the same key is waited for 5 s."""


def insert(draft: Draft, claim: Claiming | None) -> int | None:
    """As `insert.insert`; raises OperationalError when another request with this key takes too long."""
    failpoint.reach("orders.create.before_commit")
    row = execute(EVERYTHING, _values(draft, claim)).fetchone()
    return row and int(row[0])


def _values(draft: Draft, claim: Claiming | None) -> dict[str, Any]:
    order = draft.order
    namespace, key, digest = claim or ("", None, "")
    before_number, after_number = draft.event_around_number()
    return {
        "client": draft.caller.client_id, "customer": order.customer_number, "name": order.customer_name,
        "email": order.customer_email, "locale": order.customer_locale, "at": draft.now,
        "total": order.total, "currency": order.currency, "item_count": order.item_count,
        "reference": order.reference,
        "products": [one.product_id for one in draft.lines],
        "names": [one.name for one in draft.lines], "quantities": [one.quantity for one in draft.lines],
        "prices": [one.price_per_unit for one in draft.lines], "actor": draft.caller.client, "via": draft.via,
        "request_id": draft.request_id, "uid": events.new_uid(),
        "before_number": before_number, "after_number": after_number, "patterns": [*events.patterns("order.received")],
        "namespace": namespace, "key": key, "digest": digest,
    }  # fmt: skip
