"""Files as records: where each one starts, and its cells by field."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blueprints.errors import BlueprintsError, UsageError
from blueprints.store.core.records import FIELDS, REQUIRED

if TYPE_CHECKING:
    from pathlib import Path

    Cells = Mapping[str, object]
    Numbered = tuple[int, Cells]


class BadFile(BlueprintsError):
    """The file cannot be read any further."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.problem = message


class MissingColumn(UsageError):
    """The file has no column for a field that every record needs."""

    def __init__(self, name: str, header: list[str]) -> None:
        super().__init__(f"the file has no column for {name}: name one with --map {name}=COLUMN or --set {name}=VALUE")
        self.name = name
        self.header = header


@dataclass(frozen=True)
class Source:
    """A name for reports, and records that can be gone through more than once: (line, cells by field)."""

    name: str
    records: Callable[[], Iterator[Numbered]]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Field to column, where they are not called the same."""
    constants: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    """Texts that stand for an empty cell."""
    delimiter: str = ","
    encoding: str = "utf-8-sig"


def csv_source(path: Path, reading: Reading, name: str = "") -> Source:
    """A CSV file with a header; going through it raises UsageError when the header lacks what is needed."""
    return Source(name or path.name, lambda: _csv_records(path, reading))


def json_source(path: Path, reading: Reading, name: str = "") -> Source:
    """A JSON file: a list of objects."""
    return Source(name or path.name, lambda: _json_records(path, reading))


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """`path` itself; for `-` a copy of stdin, because an import goes through its records twice."""
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield type(path)(copy.name)


def _csv_records(path: Path, reading: Reading) -> Iterator[Numbered]:
    with path.open("rb") as file:
        table = csv.reader(_decoded(file, reading.encoding), delimiter=reading.delimiter, strict=True)
        try:
            header = next(table, [])
            chosen = _places(header, reading)
            start = table.line_num + 1
            for row in table:
                if row:
                    yield start, _cells(row, header, chosen, reading)
                start = table.line_num + 1
        except csv.Error as error:
            raise BadFile(table.line_num + 1, f"is no CSV: {error}") from error


def _decoded(file: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Lines of text; a line that cannot be decoded is named. Other encodings are read as a whole."""
    if encoding.lower().replace("_", "-") not in {"utf-8", "utf-8-sig", "ascii", "latin-1", "iso-8859-1", "cp1252"}:
        yield from b"".join(file).decode(encoding).splitlines(keepends=True)
        return
    for number, line in enumerate(file, 1):
        try:
            yield line.decode(encoding if number == 1 else encoding.replace("-sig", ""))
        except UnicodeDecodeError as error:
            raise BadFile(number, f"is not {encoding}: {error.reason} at byte {error.start + 1}") from error


def _places(header: list[str], reading: Reading) -> dict[str, int]:
    """Field to position. A column that somebody named has to be there."""
    names = [name.strip() for name in header]
    for name, column in reading.columns.items():
        if column not in names:
            raise UsageError(f"--map {name}={column}: the file has no column {column!r}; it has {', '.join(names)}")
    chosen = {name: reading.columns.get(name, name) for name in FIELDS if name not in reading.constants}
    places = {name: names.index(column) for name, column in chosen.items() if column in names}
    for name in REQUIRED:
        if name not in places and name not in reading.constants:
            raise MissingColumn(name, names)
    return places


def _cells(row: list[str], header: list[str], places: dict[str, int], reading: Reading) -> Cells:
    if len(row) != len(header):
        return {"": f"has {len(row)} cells, the header has {len(header)}"}
    cells = {name: _value(row[place], reading) for name, place in places.items()}
    return {**cells, **reading.constants}


def _value(cell: object, reading: Reading) -> object:
    return "" if isinstance(cell, str) and cell.strip() in reading.empty else cell


def _json_records(path: Path, reading: Reading) -> Iterator[Numbered]:
    try:
        found = json.loads(path.read_bytes().decode(reading.encoding), parse_float=str)
    except UnicodeDecodeError as error:
        raise BadFile(1, f"is not {reading.encoding}: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise BadFile(error.lineno, f"is no JSON: {error.msg}") from error
    if not isinstance(found, list):
        raise BadFile(1, "is no JSON list")
    for number, item in enumerate(found, 1):
        yield number, _members(item, reading)


def _members(item: object, reading: Reading) -> Cells:
    if not isinstance(item, dict):
        return {"": "is no JSON object"}
    wanted = {name: reading.columns.get(name, name) for name in FIELDS}
    cells = {name: _value(item[key], reading) for name, key in wanted.items() if key in item}
    missing = dict.fromkeys(REQUIRED, "")
    return {**missing, **cells, **reading.constants}
