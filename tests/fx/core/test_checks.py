"""What is not believed is not stored."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blueprints.fx.core import checks
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published

TODAY = date(2026, 11, 22)
GOOD = Published(date(2026, 11, 20), "EUR", {"USD": "1.1", "1INCH": "0.0001"})


def test_good_days_pass() -> None:
    assert checks.checked([GOOD], TODAY) == [GOOD]


@pytest.mark.parametrize(
    "bad",
    [
        GOOD._replace(date=date(2026, 11, 23)),
        GOOD._replace(date=date(1900, 1, 1)),
        GOOD._replace(rates={}),
        GOOD._replace(rates={"USD": "0"}),
        GOOD._replace(rates={"USD": "0.000"}),
        GOOD._replace(rates={"USD": "-1.1"}),
        GOOD._replace(rates={"USD": "1e5"}),
        GOOD._replace(rates={"USD": "NaN"}),
        GOOD._replace(rates={"USD": "1" * 31}),
        GOOD._replace(rates={"usd": "1.1"}),
        GOOD._replace(rates={"$where": "1.1"}),
    ],
)
def test_one_bad_day_spoils_all(bad: Published) -> None:
    with pytest.raises(Unreadable):
        checks.checked([GOOD, bad], TODAY)


def test_nothing_is_not_an_answer() -> None:
    with pytest.raises(Unreadable, match="no rates"):
        checks.checked([], TODAY)


def test_too_few_quotes() -> None:
    with pytest.raises(Unreadable, match="only 2 rates"):
        checks.checked([GOOD], TODAY, fewest=10)


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("1.10"), "1.10"), (7, "7"), (Decimal("1E-7"), "0.0000001"), ("2.5", "2.5")]
)
def test_rates(value: Any, text: str) -> None:
    assert checks.rate(value) == text


@pytest.mark.parametrize(
    "value", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), "abc", None, [], True, {}]
)
def test_what_is_no_rate(value: Any) -> None:
    with pytest.raises(Unreadable):
        checks.rate(value)


def test_what_is_no_day() -> None:
    assert checks.day("2026-11-20") == date(2026, 11, 20)
    with pytest.raises(Unreadable):
        checks.day("tomorrow")
