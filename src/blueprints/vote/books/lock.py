"""One process per running session. The operating system drops the lock when the process dies, however it dies."""

import fcntl
import os
from pathlib import Path

from blueprints.errors import BlueprintsError


class Busy(BlueprintsError):
    """Another process is running the session."""


class Lock:
    """Held from its making to `release`; raises Busy."""

    def __init__(self, database: Path, session: int) -> None:
        self.path = _path(database, session)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(self._file)
                raise Busy(f"session {session} is being run by another process: end that one first") from error
            if os.fstat(self._file).st_nlink:
                return
            os.close(self._file)  # its holder removed the file between our two steps: take the new one

    def release(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._file)


def is_running(database: Path, session: int) -> bool:
    """Whether some process, this one included, holds the session's lock."""
    try:
        file = os.open(_path(database, session), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _path(database: Path, session: int) -> Path:
    return database.parent / "locks" / f"{database.stem}-{session}.lock"
