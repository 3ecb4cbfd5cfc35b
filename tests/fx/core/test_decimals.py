"""Rounding and writing of decimals."""

from decimal import Decimal

import pytest

from blueprints.fx.core.decimals import padded, plain, rounded, significant, trimmed


@pytest.mark.parametrize(
    ("value", "digits", "result"),
    [
        ("13.965", 2, "13.97"),
        ("-13.965", 2, "-13.97"),
        ("13.96499999999999999999999999999999999999999", 2, "13.96"),
        ("15725.4", 0, "15725"),
        ("-0.001", 2, "0.00"),
        ("0.5", 0, "1"),
        ("1234567890123456789012345678901234567890.5", 12, "1234567890123456789012345678901234567890.500000000000"),
    ],
)
def test_rounding_is_half_away_from_zero(value: str, digits: int, result: str) -> None:
    assert str(rounded(Decimal(value), digits)) == result


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.10176717070504645", 12, "0.101767170705"),
        ("0.10176717070504645", 6, "0.101767"),
        ("1.1000", 12, "1.1"),
        ("1234567.8", 6, "1234570"),
        ("0.00000000123456789", 4, "0.000000001235"),
        ("0", 12, "0"),
    ],
)
def test_significant_digits(value: str, digits: int, text: str) -> None:
    assert significant(Decimal(value), digits) == text


def test_zeros_of_whole_numbers_stay() -> None:
    assert trimmed(Decimal(100)) == "100"
    assert trimmed(Decimal("100.00")) == "100"


def test_no_exponent_and_no_negative_zero() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("-0.00")) == "0.00"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("100", 2, "100.00"), ("12.5", 2, "12.50"), ("1.005", 2, "1.005"), ("100", 0, "100"), ("0", 2, "0.00")],
)
def test_amounts_are_padded_never_cut(value: str, digits: int, text: str) -> None:
    assert padded(Decimal(value), digits) == text
