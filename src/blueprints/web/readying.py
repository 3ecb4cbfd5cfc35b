"""Making a service's database ready, by one process at a time: several may start on one folder or one database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from blueprints.errors import BlueprintsError
from blueprints.web import settings
from blueprints.web.service import Service

KEY = 7_021_965
"""Number of the lock that those who migrate a PostgreSQL database ask it for."""


def migrate(service: Service) -> None:
    """Make the tables that are not there yet, or bring them up to date; after `settings.configure`."""
    from django.core.management import call_command

    with alone(service), usable(service), one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def alone(service: Service) -> Iterator[None]:
    """The first process on a data folder makes keys, database and static files; the others wait."""
    with (settings.folder(service) / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, however this ends
        yield


@contextmanager
def usable(service: Service) -> Iterator[None]:
    """A database that cannot be used is said to be so, in one line."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise BlueprintsError(
            f"cannot use the database of {service.name}: {str(error).strip().splitlines()[0]}"
        ) from error


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The first process on a PostgreSQL database migrates; the others wait."""
    _ask("SELECT pg_advisory_lock(%s)")
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s)")


def _ask(sql: str) -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, [KEY])
