"""Storing new orders on SQLite, where a commit costs most: threads that wait for the disk share a transaction.

Each table gets one statement with the rows of all of them. A thread that runs a statement lets the others compute
meanwhile, and then waits until it may go on: a statement for every row would mean as many waits.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

from blueprints.orders.draft import Claiming, Draft
from blueprints.web import failpoint
from blueprints.web.database import stored, writing
from blueprints.web.ledger import Ledger
from blueprints.web.outbox import events
from blueprints.web.plain import with_question_marks

TAKEN = "SELECT namespace, key FROM idempotency_claim WHERE (namespace, key) IN (VALUES {})"
LAST_NUMBER = """
SELECT max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'orders_order'), 0),
           ifnull((SELECT max(id) FROM orders_order), 0))
"""
CUSTOMERS = """
INSERT INTO orders_customer (client_id, customer_id, name, email, locale, updated_at) VALUES {}
ON CONFLICT (client_id, customer_id) DO UPDATE
SET name = excluded.name, email = excluded.email, locale = excluded.locale, updated_at = excluded.updated_at
RETURNING client_id, customer_id, id
"""
ORDERS = """
INSERT INTO orders_order (id, customer_id, client_id, customer_number, customer_name, customer_email, customer_locale,
 total, currency, item_count, reference, created_at, updated_at,
 status, version, carrier, tracking_number, tracking_url) VALUES {}
"""
LINES = "INSERT INTO orders_line (order_id, product_id, name, quantity, price_per_unit) VALUES {}"
CHANGES = """
INSERT INTO orders_change (order_id, at, actor, via, request_id, from_status, to_status, reason, passed_through)
VALUES {}
"""
CLAIMS = """
INSERT INTO idempotency_claim (namespace, key, digest, subject, created_at, status, body, voided) VALUES {}
"""


class Wanted(NamedTuple):
    """An order that is asked for, and the key it is asked for under."""

    draft: Draft
    claim: Claiming | None
    at: str
    """Its time as it is stored."""


class Placed(NamedTuple):
    """An order that is being stored, and its number."""

    draft: Draft
    claim: Claiming | None
    at: str
    number: int


def insert(draft: Draft, claim: Claiming | None) -> int | None:
    """As `insert.insert`."""
    wanted = Wanted(draft, claim, stored(draft.now))
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return _store([wanted])[0]
    return _ledger.do(wanted)


def _store(wanted: Sequence[Wanted]) -> list[int | None]:
    """The number of each order, None where the key is taken; raises, and has stored nothing."""
    with writing():
        ours = connections[DEFAULT_DB_ALIAS]
        with ours.wrap_database_errors:
            numbers = _written(ours.connection.execute, wanted)
        for number in numbers:
            if number is not None:
                failpoint.reach("orders.create.before_commit")
    return numbers


_ledger = Ledger(_store)


def _written(execute: Callable[..., Any], wanted: Sequence[Wanted]) -> list[int | None]:
    """Nobody else writes meanwhile, so that the keys can be looked at first and claimed last."""
    taken = _taken(execute, [one.claim[:2] for one in wanted if one.claim])
    last: int = execute(LAST_NUMBER).fetchone()[0]
    numbers: list[int | None] = []
    placed = []
    for one in wanted:
        if one.claim and one.claim[:2] in taken:
            numbers.append(None)
            continue
        if one.claim:
            taken.add(one.claim[:2])  # the same key may be wanted twice
        last += 1
        numbers.append(last)
        placed.append(Placed(*one, last))
    if placed:
        _write(execute, placed)
    return numbers


def _taken(execute: Callable[..., Any], keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    return set(_rows(execute, TAKEN, "(?, ?)", keys)) if keys else set()


def _write(execute: Callable[..., Any], placed: Sequence[Placed]) -> None:
    customers = _customers(execute, placed)
    _rows(execute, ORDERS, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, '', '', '')", _orders(placed, customers))
    _rows(execute, LINES, "(?, ?, ?, ?, ?)", _lines(placed))
    _rows(execute, CHANGES, "(?, ?, ?, ?, ?, NULL, 1, '', FALSE)", [
        (one.number, one.at, one.draft.caller.client, one.draft.via, one.draft.request_id) for one in placed
    ])  # fmt: skip
    told = [events.Told(f"order:{one.number}", one.draft.event(one.number), one.at) for one in placed]
    for sql, values in events.statements("order.received", told):
        execute(with_question_marks(sql), values)
    claims = [(*one.claim, str(one.number), one.at) for one in placed if one.claim]
    if claims:
        _rows(execute, CLAIMS, "(?, ?, ?, ?, ?, 201, '', FALSE)", claims)


def _customers(execute: Callable[..., Any], placed: Sequence[Placed]) -> dict[tuple[int, int], int]:
    """The row of each customer, who is named as in the latest of these orders."""
    rows = {(one.draft.caller.client_id, one.draft.order.customer_number): (*_customer(one), one.at) for one in placed}
    found = _rows(execute, CUSTOMERS, "(?, ?, ?, ?, ?, ?)", rows.values())
    return {(client, number): row for client, number, row in found}


def _customer(one: Placed) -> tuple[Any, ...]:
    order = one.draft.order
    return (
        one.draft.caller.client_id, order.customer_number, order.customer_name, order.customer_email,
        order.customer_locale,
    )  # fmt: skip


def _orders(placed: Sequence[Placed], customers: dict[tuple[int, int], int]) -> Iterable[tuple[Any, ...]]:
    for one in placed:
        who, what = _customer(one), one.draft.order
        yield (
            one.number, customers[who[0], who[1]], *who, _amount(what.total), what.currency, what.item_count,
            what.reference, one.at, one.at,
        )  # fmt: skip


def _lines(placed: Sequence[Placed]) -> Iterable[tuple[Any, ...]]:
    for one in placed:
        for line in one.draft.lines:
            yield one.number, line.product_id, line.name, line.quantity, _amount(line.price_per_unit)


def _amount(value: Any) -> str:
    return f"{value:.2f}"  # as the ORM stores it


def _rows(execute: Callable[..., Any], sql: str, row: str, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """Run a statement with all of these rows as its VALUES."""
    given = [*rows]
    values = [value for one in given for value in one]
    found: list[Any] = execute(sql.format(", ".join([row] * len(given))), values).fetchall()
    return found
