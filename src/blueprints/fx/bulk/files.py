"""The input and the output of a bulk conversion."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from blueprints.errors import BlueprintsError, UsageError

STDIN = STDOUT = "-"


@contextmanager
def source(name: str) -> Iterator[BinaryIO]:
    """The input as bytes; raises UsageError if there is none."""
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed by the `with` below
    except OSError as error:
        raise UsageError(f"cannot read {name}: {(error.strerror or str(error)).lower()}") from error
    with stream:
        yield stream


@contextmanager
def sink(name: str | None) -> Iterator[BinaryIO]:
    """The output as bytes. A file is written beside its place and moved there when the block ends without an error.

    What a link points to is replaced, not the link; devices and pipes are written to as they are. Raises
    BlueprintsError.
    """
    if name is None or name == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(os.path.realpath(name))
    try:
        with _whole(target) if target.is_file() or not Path(name).exists() else Path(name).open("wb") as stream:
            yield stream
    except BrokenPipeError:  # of a pipe: its reader has left
        raise
    except OSError as error:
        raise BlueprintsError(f"cannot write {name}: {(error.strerror or str(error)).lower()}") from error


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """A file that appears in its place only when it is complete."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with _created(beside) as stream:
            yield stream
            os.fchmod(stream.fileno(), _mode(target))
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(target)
    except BaseException:  # Ctrl-C too, from the very moment at which the file is there
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _created(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _mode(target: Path) -> int:
    """The mode of the file to be replaced, or that of any new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
