"""How much memory a connection to SQLite may take: each thread of each worker has one of its own.

A large cache of pages, or the file mapped into memory, makes a worker of a large shop several times its size and no
request quicker: the system keeps the pages of the file anyway, once for all.
"""

from __future__ import annotations

from typing import Any

PRAGMAS = ("PRAGMA cache_size=-2000", "PRAGMA mmap_size=0")


def slim(connection: Any, **_: Any) -> None:
    """Called with each connection as it is opened."""
    if connection.vendor == "sqlite":
        for pragma in PRAGMAS:
            connection.connection.execute(pragma)
