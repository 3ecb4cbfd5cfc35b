"""Where the columns of a table stand, read from its header."""

import csv
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blueprints.errors import UsageError

NAMES = ("amount", "from", "to", "date")
APPENDED = ("result", "rate", "date_used", "source", "note")
DELIMITERS = ",;\t"
BOM = "\ufeff"


class Layout(NamedTuple):
    """Positions of the columns; None for one that the table does not have."""

    delimiter: str
    width: int
    amount: int
    origin: int | None
    target: int | None
    date: int | None


def layout(header: str, mapping: Mapping[str, str]) -> Layout:
    """The layout of a table with this first line; `mapping` gives the names of columns that are named otherwise.

    Raises UsageError if the header has no amount, lacks a mapped column or has one of those to be appended.
    """
    line = header.removeprefix(BOM).rstrip("\r\n")
    delimiter = max(DELIMITERS, key=_unquoted(line).count)
    columns = _columns(line, delimiter)
    clash = next((name for name in columns if name in APPENDED), None)
    if clash is not None:
        raise UsageError(f"the input has a column {clash} already, which the conversion would add: rename it")
    found = [_position(columns, name, mapping.get(name)) for name in NAMES]
    amount, origin, target, date = found
    if amount is None:
        raise UsageError(_lacks("amount", columns))
    return Layout(delimiter, len(columns), amount, origin, target, date)


def require(position: int | None, name: str, header: str, layout: Layout) -> None:
    """Raise UsageError for a column that is not there."""
    if position is None:
        columns = _columns(header.removeprefix(BOM), layout.delimiter)
        raise UsageError(_lacks(name, columns))


def mapped(text: str) -> dict[str, str]:
    """`amount=Betrag,date=Tag` as a dictionary. Raises UsageError."""
    result = {}
    for pair in filter(None, text.split(",")):
        name, equals, column = pair.partition("=")
        if name.strip() not in NAMES or not equals or not column.strip():
            raise UsageError(f"--map: {pair!r} is not NAME=COLUMN with a name of {', '.join(NAMES)}")
        result[name.strip()] = column.strip()
    return result


def _columns(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error as error:  # such as lines that end in CR alone, which all stand in the header then
        raise UsageError(f"the header of the input cannot be read: {error}") from error


def _position(columns: Sequence[str], name: str, mapping: str | None) -> int | None:
    wanted = mapping or name
    if wanted in columns:
        return columns.index(wanted)
    lowered = [column.lower() for column in columns]
    if wanted.lower() in lowered:
        return lowered.index(wanted.lower())
    if mapping is not None:
        raise UsageError(_lacks(mapping, columns))
    return None


def _lacks(name: str, columns: Sequence[str]) -> str:
    found = ", ".join(column.strip() for column in columns if column.strip()) or "none"
    return (
        f"the header has no column {name}; its columns are: {found} (--map {name if name in NAMES else 'NAME'}=COLUMN)"
    )


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])
