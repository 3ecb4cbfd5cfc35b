"""The raw lines of a vote, kept for replay: appended, flushed each second."""

import os
import time
from pathlib import Path
from typing import IO

from blueprints.errors import BlueprintsError

FLUSH_S = 1.0


class Recorder:
    """Raises BlueprintsError when the file cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] = self._opened()
        self._flushed = time.monotonic()

    def _opened(self) -> IO[bytes]:
        try:
            is_new = not self.path.exists()
            file = self.path.open("ab+")
            if is_new:
                self.path.chmod(0o600)  # texts of people are in it
            elif file.tell() and _last_byte(file) != b"\n":
                file.write(b"\n")  # a line cut off by a crash stays one broken line
        except OSError as error:
            raise self._failed(error) from error
        return file

    def _failed(self, error: OSError) -> BlueprintsError:
        return BlueprintsError(f"--record {self.path}: {error.strerror}")

    def write(self, line: bytes) -> None:
        try:
            self._file.write(line + b"\n")
        except OSError as error:
            raise self._failed(error) from error

    def flush_due(self) -> None:
        if time.monotonic() - self._flushed >= FLUSH_S:
            self._flushed = time.monotonic()
            self.flush()

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error


def _last_byte(file: IO[bytes]) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)
