"""Whose turn it is to write to a SQLite file, among the processes that share it.

SQLite lets one of them write at a time, but whoever finds the file locked sleeps for up to a tenth of a second before
it looks again, while others pass. Here processes wait at a lock on a file beside the database, and look far more often.
It is no guard: SQLite's own lock stays, and those who do not wait here only make others wait longer there.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHORTEST_S, LONGEST_S = 0.0001, 0.002
"""Pauses between two looks: a commit takes a millisecond or two, an import many seconds."""

_descriptors: dict[tuple[int, str], int] = {}
"""Of this process's lock on each database: one that it inherited would be shared with its parent."""


@contextmanager
def turn(database: str, patience_s: float) -> Iterator[None]:
    """Write while no other process does; a database that is no file has nobody to queue with.

    Raises Django's OperationalError, as a database that stays locked does.
    """
    from django.db import OperationalError

    descriptor = _descriptor(database)
    if descriptor is None:
        yield
        return
    deadline, pause_s = time.monotonic() + patience_s, SHORTEST_S
    while not _taken(descriptor):
        if time.monotonic() > deadline:
            raise OperationalError("another process kept the database locked")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.1, LONGEST_S)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _descriptor(database: str) -> int | None:
    key = os.getpid(), database
    if key not in _descriptors:
        if not Path(database).is_file():  # it may be a name in memory
            return None
        try:
            _descriptors[key] = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # a folder that cannot be written to: SQLite says so better
            return None
    return _descriptors[key]


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
