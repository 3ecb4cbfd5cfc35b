"""A stream cut into parts of whole records, small enough to be held several at a time."""

from collections.abc import Iterator
from typing import BinaryIO

from blueprints.errors import UsageError
from blueprints.fx.core.sheets.records import whole_records

BYTES = 128 * 1024
LONGEST_RECORD = 64 * 2**20


def blocks(stream: BinaryIO, delimiter: str) -> Iterator[str]:
    """Parts of the stream as Latin-1 text, each ending with a record. Raises UsageError if one never ends."""
    rest = ""
    while part := stream.read(BYTES):
        block = rest + part.decode("latin-1")
        end = whole_records(block, delimiter)
        if end:
            yield block[:end]
        rest = block[end:]
        if len(rest) > LONGEST_RECORD:
            raise UsageError("a quoted field of the input does not end within 64 MiB: is a quote missing?")
    if rest:
        yield rest
