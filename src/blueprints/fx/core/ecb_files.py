"""The files of the European Central Bank: the XML of a day or of 90 days, and the history as CSV in a zip."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

from blueprints.fx.core.checks import day
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published

BASE = "EUR"
MOST_BYTES = 64 * 2**20
"""Of a file unpacked; the whole history has 2 MB."""

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_ABSENT = ("", "N/A")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def unzipped(raw: bytes) -> str:
    """The one CSV inside a zip; a CSV itself is passed through. Raises Unreadable."""
    if not raw.startswith(b"PK"):
        return _text(raw)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(archive.namelist()[0]) as member:
            content = member.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, IndexError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Unreadable("its zip is broken") from error
    if len(content) > MOST_BYTES:
        raise Unreadable("it is larger than 64 MiB unpacked")
    return _text(content)


def from_csv(text: str) -> Iterator[Published]:
    """The days of a history, in its order (newest first). Raises Unreadable, for half a line too."""
    header, *lines = text.strip().splitlines() or [""]
    first, *codes = [cell.strip() for cell in header.split(",")]
    if first != "Date" or not any(codes):
        raise Unreadable("its first line is no header of rates")
    for line in lines:
        written, *cells = line.split(",")
        if len(cells) != len(codes):
            raise Unreadable("a line of it is cut off")
        yield Published(_day(written.strip()), BASE, _quotes(codes, cells))


def from_xml(raw: bytes) -> list[Published]:
    """The days of an XML file, in its order (newest first). Raises Unreadable."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Unreadable("it declares a document type")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - no document type, hence no entities
    except ET.ParseError as error:
        raise Unreadable("it is not whole XML") from error
    return [_cube(cube) for cube in root.iter(_CUBE) if "time" in cube.attrib]


def _cube(cube: ET.Element) -> Published:
    quotes = [quote.attrib for quote in cube.iter(_CUBE) if "time" not in quote.attrib]
    if any("currency" not in quote or "rate" not in quote for quote in quotes):
        raise Unreadable("a rate of it is incomplete")
    return Published(day(cube.attrib["time"]), BASE, {quote["currency"]: quote["rate"] for quote in quotes})


def _quotes(codes: list[str], cells: list[str]) -> dict[str, str]:
    pairs = zip(codes, map(str.strip, cells), strict=True)
    return {code: cell for code, cell in pairs if cell not in _ABSENT and code}


def _day(text: str) -> date:
    """`2026-10-30`, or `30 October 2026` of the single-day form."""
    number, _, rest = text.partition(" ")
    if not rest:
        return day(text)
    month, _, year = rest.partition(" ")
    try:
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(number))
    except ValueError as error:
        raise Unreadable("a date is not a date") from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not text") from error
