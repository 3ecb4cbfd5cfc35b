from datetime import date
from decimal import Decimal

import pytest

from blueprints.store.core.records import Fault, parsed

FULL = {
    "platform": "NES", "name": "  Astro   Racer ", "developer": "Pixel Forge", "publisher": "", "release_year": "1989",
    "release_date": "1989-11-21", "description": "Line\nline", "image": "a.png", "price": "1234.5", "stock": "3",
    "highlighted": "Yes", "sku": "A-1", "published": "no",
}  # fmt: skip


def test_cells_become_values() -> None:
    record = parsed(FULL)
    assert not record.faults
    assert record.values == {
        "platform": "NES", "name": "Astro Racer", "developer": "Pixel Forge", "publisher": None, "release_year": 1989,
        "release_date": date(1989, 11, 21), "description": "Line\nline", "image": "a.png", "price": Decimal("1234.50"),
        "stock": 3, "highlighted": True, "sku": "A-1", "published": False,
    }  # fmt: skip


def test_json_members_become_values() -> None:
    values = parsed({"name": "A", "release_year": 1990, "highlighted": False, "price": None, "published": True}).values
    assert values == {"name": "A", "release_year": 1990, "highlighted": False, "published": True}


def test_an_empty_price_or_stock_is_left_and_anything_else_cleared() -> None:
    values = parsed(
        {"name": "A", "price": "", "stock": " ", "developer": "", "description": "", "published": ""}
    ).values
    assert values == {"name": "A", "developer": None, "description": "", "published": True}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("name", "", "is empty"),
        ("platform", " ", "is empty"),
        ("name", "x" * 201, "201 characters"),
        ("name", "a\x00b", "control characters"),
        ("release_year", "89", "no year"),
        ("release_year", "3000", "no year"),
        ("release_date", "21.11.1989", "no date"),
        ("release_date", "0001-01-01", "no year"),
        ("price", "free", "no amount"),
        ("price", "-1", "not between"),
        ("price", "NaN", "not between"),
        ("price", "1e12", "not between"),
        ("price", "1.234", "two decimals"),
        ("stock", "-1", "whole number"),
        ("stock", "1.5", "whole number"),
        ("stock", "9999999999", "whole number"),
        ("highlighted", "perhaps", "neither yes nor no"),
    ],
)
def test_what_is_wrong_is_named_by_field(name: str, text: str, words: str) -> None:
    record = parsed({name: text})
    assert [fault.field for fault in record.faults] == [name]
    assert words in record.faults[0].message


def test_a_date_gives_the_year_and_may_not_contradict_it() -> None:
    assert parsed({"release_date": "1989-11-21"}).values["release_year"] == 1989
    record = parsed({"release_date": "1989-11-21", "release_year": "1990"})
    assert record.faults == [Fault("release_date", "is not in the release year 1990: 1989-11-21")]
