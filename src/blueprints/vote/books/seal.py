"""A seal over what the audit's chain does not cover: a session's state, totals, money and gaps.

It is no proof against somebody who writes a new one; it shows damage, and changes by hand.
"""

import sqlite3
from hashlib import sha256
from typing import Any

from blueprints.vote.core.chain import canonical

QUERIES = (
    "SELECT * FROM sessions WHERE id = ?",
    "SELECT * FROM totals WHERE session = ? ORDER BY candidate",
    "SELECT * FROM spending WHERE session = ? ORDER BY day, kind",
    "SELECT * FROM gaps WHERE session = ? ORDER BY id",
)


def seal(connection: sqlite3.Connection, session: int) -> str:
    """The hash over the session's rows as they stand, its own column left out."""
    return sha256(canonical(_rows(connection, session)).encode()).hexdigest()


def _rows(connection: sqlite3.Connection, session: int) -> list[list[Any]]:
    found: list[list[Any]] = [list(row) for query in QUERIES for row in connection.execute(query, (session,))]
    found[0].pop()  # the seal is the last column of the first query's only row
    return found


def set_seal(connection: sqlite3.Connection, session: int) -> None:
    connection.execute("UPDATE sessions SET seal = ? WHERE id = ?", (seal(connection, session), session))
