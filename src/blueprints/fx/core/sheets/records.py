"""Where records of a CSV end: a quoted field may hold line ends.

Text is Latin-1 here, whatever it means: every byte is one character, comes back unchanged, and no byte of UTF-8 looks
like a quote, a delimiter or a line end.
"""

import csv
import re
from functools import lru_cache


def whole_records(block: str, delimiter: str) -> int:
    """The length of the longest beginning of `block`, which starts at a record, that ends with one; 0 if none does."""
    if '"' not in block:
        return block.rfind("\n") + 1
    safe = position = 0
    for field in _quoted(delimiter).finditer(block):
        safe = block.rfind("\n", position, field.start()) + 1 or safe
        if field["end"] is None:  # still open at the end of the block
            return safe
        position = field.end()
    return block.rfind("\n", position) + 1 or safe


def fields(lines: list[str], start: int, delimiter: str, line_end: str) -> tuple[list[str], str]:
    """The fields and the text of the record that begins with `lines[start]`; it may take several lines."""
    reader = csv.reader((lines[at] + line_end for at in range(start, len(lines))), delimiter=delimiter)
    try:
        values = next(reader, [])
    except csv.Error:  # a field beyond the 128 KiB that Python reads: no row to convert
        values = []
    return values, line_end.join(lines[start : start + reader.line_num])


@lru_cache(maxsize=8)
def _quoted(delimiter: str) -> re.Pattern[str]:
    """A quoted field: a quote at the start of a field, pairs of quotes inside, the closing one unless it is missing."""
    return re.compile(rf'(?:\A|(?<=[\n{re.escape(delimiter)}]))"[^"]*(?:""[^"]*)*(?P<end>")?')
