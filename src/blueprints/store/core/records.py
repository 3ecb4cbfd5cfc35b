"""One record of an import: the cells of a row or the members of a JSON object, checked field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from blueprints.store.core.money import CENT, LARGEST_PRICE

FIELDS = (
    "platform",
    "name",
    "developer",
    "publisher",
    "release_year",
    "release_date",
    "description",
    "image",
    "price",
    "stock",
    "highlighted",
    "sku",
    "published",
)
REQUIRED = ("platform", "name")
KEPT_WHEN_EMPTY = ("price", "stock")
"""An empty cell here leaves the value; any other empty cell clears it."""

_LENGTHS = {
    "platform": 100,
    "name": 200,
    "developer": 200,
    "publisher": 200,
    "sku": 64,
    "image": 255,
    "description": 20000,
}
_YES = {"1", "true", "yes", "y", "on", "x"}
_NO = {"0", "false", "no", "n", "off"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LARGEST_STOCK = 1_000_000_000


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field of a record."""

    field: str
    message: str


@dataclass
class Record:
    """The fields that a record names, as values; None: cleared."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def parsed(cells: Mapping[str, object]) -> Record:
    """The record in `cells` (field to text, number, boolean or None)."""
    record = Record()
    for name, raw in cells.items():
        text = _text(raw)
        if not text:
            _empty(name, record)
            continue
        try:
            record.values[name] = _READERS[name](text) if name in _READERS else _short(name, text)
        except ValueError as error:
            record.faults.append(Fault(name, str(error)))
    _check_dates(record)
    return record


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw).strip()


def _empty(name: str, record: Record) -> None:
    if name in REQUIRED:
        record.faults.append(Fault(name, "is empty"))
    elif name not in KEPT_WHEN_EMPTY:
        record.values[name] = {"highlighted": False, "published": True, "description": ""}.get(name)


def _short(name: str, text: str) -> str:
    if len(text) > _LENGTHS[name]:
        raise ValueError(f"has {len(text)} characters, at most {_LENGTHS[name]} fit")
    if _CONTROL.search(text):
        raise ValueError("contains control characters")
    return text if name == "description" else " ".join(text.split())


def _year(text: str) -> int:
    if re.fullmatch(r"[0-9]{4}", text) is None or not 1900 <= int(text) <= 2199:
        raise ValueError(f"is no year from 1900 to 2199: {text[:40]!r}")
    return int(text)


def _date(text: str) -> date:
    try:
        parsed_date = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"is no date like 1989-11-21: {text[:40]!r}") from error
    _year(f"{parsed_date.year:04}")
    return parsed_date


def _price(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"is no amount like 19.99: {text[:40]!r}") from error
    if not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE:
        raise ValueError(f"is not between 0 and {LARGEST_PRICE}: {text[:40]!r}")
    if amount != amount.quantize(CENT):
        raise ValueError(f"has more than two decimals: {text[:40]!r}")
    return amount.quantize(CENT)


def _stock(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,10}", text) is None or int(text) > LARGEST_STOCK:
        raise ValueError(f"is no whole number from 0: {text[:40]!r}")
    return int(text)


def _flag(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(f"is neither yes nor no: {text[:40]!r}")
    return text.lower() in _YES


_READERS: dict[str, Any] = {
    "release_year": _year,
    "release_date": _date,
    "price": _price,
    "stock": _stock,
    "highlighted": _flag,
    "published": _flag,
}


def _check_dates(record: Record) -> None:
    """A date decides the year where none is given, and may not contradict it."""
    day, year = record.values.get("release_date"), record.values.get("release_year")
    if day is None:
        return
    if year is None:
        record.values["release_year"] = day.year
    elif day.year != year:
        record.faults.append(Fault("release_date", f"is not in the release year {year}: {day}"))
