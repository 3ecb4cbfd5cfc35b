"""Where a service keeps its rows: a SQLite file by default, PostgreSQL by address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from blueprints.errors import ConfigError

_writer = threading.RLock()
PATIENCE_S = 20.0
"""How long a thread queues for its turn to write before the answer is 503."""


def settings(url: str, default: Path, synchronous: str, lock_timeout_s: float) -> dict[str, Any]:
    """Django's DATABASES entry for `sqlite:///path`, a plain path, `postgresql://…`, or "" for the default file."""
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme in ("", "sqlite"):
        path = Path(url.removeprefix("sqlite:///")).expanduser().absolute() if url else default
        return _sqlite(path, synchronous, lock_timeout_s)
    if scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise ConfigError(f"cannot use a {scheme} database: give sqlite:///path or postgresql://user@host/name")


def _sqlite(path: Path, synchronous: str, lock_timeout_s: float) -> dict[str, Any]:
    """Each thread has a connection: with a large cache, or the file mapped, a worker would be several times its size.

    The system keeps the pages of the file anyway, once for all, and a mapped file is mapped anew after each write.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": lock_timeout_s,
            "cached_statements": 48,  # Python keeps 128 of each connection, where one for sixteen orders has its size
            "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA cache_size=-2000;"
            "PRAGMA mmap_size=0;PRAGMA temp_store=MEMORY;PRAGMA wal_autocheckpoint=4000",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigError("the database address cannot be read: give postgresql://user@host/name") from None
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigError("the port of the database address is no number") from error
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")  # ?host=/run/postgresql names a socket folder
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 5, **options},
    }


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes.

    SQLite has one writer at a time, and connections that meet poll for their turn with growing pauses; threads of one
    process queue at a lock instead, which is first come, first served and wastes nothing, and processes at a file.
    """
    from django.db import OperationalError, connection, transaction

    from blueprints.web.turns import turn

    if connection.vendor != "sqlite" or connection.in_atomic_block:  # inside a transaction the turn is ours already
        with transaction.atomic():
            yield
        return
    if not _writer.acquire(timeout=PATIENCE_S):
        raise OperationalError("other requests kept the database locked")
    try:
        with turn(str(connection.settings_dict["NAME"]), PATIENCE_S), transaction.atomic():
            yield
    finally:
        _writer.release()


def look_over(*tables: str) -> None:
    """Have PostgreSQL bring statistics and indexes of tables up to date, after many rows were changed and committed.

    It does so by itself, but only within minutes; until then its plans are for the table as it was. Where it cannot be
    had to do so now, what was committed is no failure.
    """
    from django.db import DatabaseError, connection

    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")


def stored(moment: datetime) -> Any:
    """A time in the shape that the ORM stores it in, for statements of our own: SQLite compares times as texts."""
    from django.db import DEFAULT_DB_ALIAS, connections

    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        return str(moment.astimezone(UTC).replace(tzinfo=None))  # as Django does, without asking it for its zone
    return moment
