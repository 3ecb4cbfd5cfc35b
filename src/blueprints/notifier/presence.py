"""Which sender processes are alive: each holds a lock on a file of its own for as long as it lives.

The kernel lets go of the lock however the process ends, so that a successor knows a dead predecessor from a slow
sibling at once, without waiting for leases.
"""

import fcntl
import os
import secrets
from pathlib import Path

from blueprints import paths


class Presence:
    """This process among the senders that share a data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = paths.ensure(folder)
        self.name = f"s_{secrets.token_hex(8)}"
        self._handle = os.open(self._folder / self.name, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def dead(self, name: str) -> bool:
        """Whether the sender of that name is known to be gone; False for one of another machine."""
        file = self._folder / name
        try:
            handle = os.open(file, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def forget(self, name: str) -> None:
        """Remove what a dead sender left, once its claims are settled."""
        (self._folder / name).unlink(missing_ok=True)

    def others(self) -> list[str]:
        return [file.name for file in self._folder.iterdir() if file.name != self.name]

    def leave(self) -> None:
        self.forget(self.name)
        os.close(self._handle)
