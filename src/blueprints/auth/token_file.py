"""The token file: private, replaced as a whole, locked between processes, set aside when it is broken."""

import contextlib
import errno
import fcntl
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from blueprints import paths
from blueprints.auth.core import Token, token_from_json, token_to_json
from blueprints.auth.errors import BrokenTokenFile, TokenFileBusy

LOCK_TIMEOUT_S = 30.0
LOCK_PAUSE_S = 0.02


class TokenFile:
    """One account's token at `path`. Reading never waits; whoever changes it holds `locked()` and reads again first.

    `say` gets a notice when a mode wider than 0600 was tightened. Raises BrokenTokenFile, TokenFileBusy.
    """

    def __init__(
        self, path: Path, *, client_id: str, login_command: str = "", say: Callable[[str], None] | None = None
    ) -> None:
        self.path = path
        self._client_id = client_id
        self._login_command = login_command
        self._say = say
        self._thread_lock = threading.RLock()
        self._depth = 0

    def read(self) -> Token | None:
        """The stored token, None when there is none."""
        try:
            text = self._text()
            return None if text is None else self._checked(text)
        except ValueError:
            return self._read_or_set_aside()

    def save(self, token: Token) -> None:
        """Replace the file. Raises OSError, the previous file is then intact."""
        paths.private_file(self.path, token_to_json(token).encode())

    def delete(self) -> bool:
        """True when there was a file."""
        if not self.path.exists():
            return False
        with self.locked():
            existed = self.path.exists()
            self.path.unlink(missing_ok=True)
        self._lock_path().unlink(missing_ok=True)
        return existed

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among the threads and processes of this machine; a thread may enter again. Waits at most 30 s."""
        with self._thread_lock:
            if self._depth:
                yield
                return
            descriptor = self._locked_descriptor()
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0
                os.close(descriptor)  # also lets the lock go

    def _lock_path(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    def _locked_descriptor(self) -> int:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        while True:
            descriptor = os.open(self._lock_path(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with contextlib.suppress(BlockingIOError, FileNotFoundError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), self._lock_path().stat()):
                    return descriptor
            os.close(descriptor)
            if time.monotonic() > deadline:
                raise TokenFileBusy(f"another process has held {self._lock_path()} for {LOCK_TIMEOUT_S:.0f} s: end it")
            time.sleep(LOCK_PAUSE_S)

    def _text(self) -> str | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self.path))
        with os.fdopen(descriptor, "rb") as stream:
            self._tighten(stream.fileno())
            try:
                return stream.read().decode()
            except UnicodeDecodeError:
                raise ValueError("not text") from None  # the original error would carry the bytes

    def _tighten(self, descriptor: int) -> None:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if not mode & 0o077:
            return
        os.fchmod(descriptor, 0o600)
        if self._say:
            self._say(f"{self.path} was readable by others (mode {mode:04o}); it is 0600 now.")

    def _checked(self, text: str) -> Token:
        token = token_from_json(text)
        if token.client_id != self._client_id:
            raise ValueError("it belongs to another client id")
        return token

    def _read_or_set_aside(self) -> Token | None:
        """Another process may have replaced the bad file meanwhile, hence the second look under the lock."""
        with self.locked():
            try:
                text = self._text()
                return None if text is None else self._checked(text)
            except ValueError as error:
                kept = self.path.with_name(self.path.name + ".bad")
                self.path.replace(kept)
                raise BrokenTokenFile(
                    f"the token file {self.path} cannot be used ({error}); it is kept as {kept.name}: "
                    f"run `{self._login_command}`"
                ) from error
