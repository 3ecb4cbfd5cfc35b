"""Storing a new order: customer, order, lines, history, event, deliveries, claim of the key; in one transaction.

These are plain statements: the ORM's `create()` calls take twice the time.
"""

from django.db import connection

from blueprints.orders import insert_alone, insert_together
from blueprints.orders.draft import Claiming, Draft


def insert(draft: Draft, claim: Claiming | None) -> int | None:
    """Store the order and give its number; None, and nothing is stored, when the key is taken."""
    if connection.vendor == "postgresql":
        return insert_alone.insert(draft, claim)
    return insert_together.insert(draft, claim)
