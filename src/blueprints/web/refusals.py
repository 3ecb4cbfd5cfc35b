"""Whether the database takes writes again, once one has waited for it in vain.

Nothing is tried while all goes well: a trial of its own would meet the writers of a busy service, and wait or fail.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

PATIENCE_S = 1.0
"""How long a trial waits: our own writers hold the lock for milliseconds."""

_refused = False


def note() -> None:
    """A write was refused."""
    global _refused  # one fact about the process
    _refused = True


def are_over() -> bool:
    """Whether writes work, as far as is known; after a refusal SQLite is asked until it gives its lock."""
    global _refused
    if _refused:
        _refused = not _lock_is_free()
    return not _refused


def _lock_is_free() -> bool:
    from django.db import connection

    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not path.is_file():
        return True  # who reads there is told of everything that keeps writers away
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as trial:
            trial.execute("BEGIN IMMEDIATE")
            trial.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    return True
