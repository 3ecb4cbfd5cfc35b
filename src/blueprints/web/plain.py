"""Statements on the driver's own cursor, for the few paths where Django's layers cost more than the database does.

On PostgreSQL they are bound and prepared by the server, so that it parses and plans each of them once a connection.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def execute(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """A cursor that has run one statement on the connection of this thread; `%s` marks a parameter on any database.

    Errors of the driver are raised as Django's.
    """
    ours = connections[DEFAULT_DB_ALIAS]  # once: each look passes a thread-local
    if ours.connection is None:
        ours.ensure_connection()
    with ours.wrap_database_errors:
        if ours.vendor == "sqlite":
            return ours.connection.execute(with_question_marks(sql), parameters)
        return _cursor(ours.connection).execute(sql, parameters)


def _cursor(connection: Any) -> Any:
    from psycopg import Cursor  # Django's own binds parameters in the client

    return Cursor(connection)


@lru_cache(maxsize=256)
def with_question_marks(sql: str) -> str:
    """The statement as the driver of SQLite wants it."""
    return sql.replace("%s", "?")
