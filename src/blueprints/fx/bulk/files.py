"""The input and the output of a bulk conversion."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from blueprints.errors import BlueprintsError, UsageError

STDIN = "-"


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
    """The output as bytes. A file is written beside its place and moved there when the block ends without an error."""
    if name is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(name)
    try:
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise BlueprintsError(f"cannot write {name}: {(error.strerror or str(error)).lower()}") from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            os.fchmod(descriptor, _mode(target))
            stream.flush()
            os.fsync(descriptor)
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The mode of the file to be replaced, or that of any new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
