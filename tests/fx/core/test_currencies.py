"""Names, decimals, and codes that nobody knows."""

import pytest

from blueprints.fx.core import currencies
from blueprints.fx.core.currencies import Standard

STANDARD: Standard = {
    "USD": ("US Dollar", 2),
    "JPY": ("Yen", 0),
    "KWD": ("Kuwaiti Dinar", 3),
    "XAU": ("Gold", None),
    "UZS": ("Sum", 2),
}


@pytest.mark.parametrize(("code", "digits"), [("JPY", 0), ("KWD", 3), ("DEM", 2), ("BTC", 8), ("XAU", 8)])
def test_decimals(code: str, digits: int) -> None:
    assert currencies.digits(code, STANDARD) == digits


@pytest.mark.parametrize(("code", "name"), [("USD", "US Dollar"), ("DEM", "Deutsche Mark"), ("BTC", "")])
def test_names(code: str, name: str) -> None:
    assert currencies.name(code, STANDARD) == name


@pytest.mark.parametrize(
    ("code", "hint"),
    [("USX", "did you mean USD?"), ("JPX", "did you mean JPY?"), ("EURO", "did you mean EUR?"), ("QQQ", "lists them")],
)
def test_an_unknown_code_names_the_nearest(code: str, hint: str) -> None:
    error = currencies.unknown(code, {*STANDARD, "EUR"}, {"USD", "EUR"})
    assert str(error).startswith(f"no currency {code}: ")
    assert hint in str(error)
    assert error.exit_code == 2
