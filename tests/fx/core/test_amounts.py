"""Amounts as people type them."""

from decimal import Decimal

import pytest

from blueprints.fx.core.amounts import amount
from blueprints.fx.core.errors import BadAmount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", "100"),
        ("0", "0"),
        ("-5", "-5"),
        ("+5", "5"),
        ("12.50", "12.50"),
        (".5", "0.5"),
        ("1,234,567.89", "1234567.89"),
        ("1_000", "1000"),
        (" 7 ", "7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_amounts(text: str, value: str) -> None:
    assert amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "nan",
        "inf",
        "-inf",
        "1e5",
        "1,5",
        "1,23,456",
        "1.2.3",
        "1_00",
        "1,000_000",
        "१२",
        "12.",
        "0x1",
        "1 0",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(BadAmount, match="is not an amount"):
        amount(text)


def test_more_than_thirty_digits_are_too_many() -> None:
    with pytest.raises(BadAmount, match="more than 30 digits"):
        amount("1" * 29 + ".11")


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,56", "1234.56"), ("12,5", "12.5"), ("1_000,5", "1000.5"), ("-7", "-7")]
)
def test_a_decimal_comma(text: str, value: str) -> None:
    assert amount(text, ",") == Decimal(value)


def test_a_decimal_comma_makes_a_point_a_separator_of_groups() -> None:
    with pytest.raises(BadAmount):
        amount("12.5", ",")
