"""Days as people type them."""

from datetime import date

import pytest

from blueprints.fx.core.days import day, iso, weekday
from blueprints.fx.core.errors import BadDay

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2018-02-12", date(2018, 2, 12)),
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 21)),
        (" 2026-11-22 ", TODAY),
    ],
)
def test_days(text: str, value: date) -> None:
    assert day(text, TODAY) == value


@pytest.mark.parametrize("text", ["2018-2-12", "20180212", "2018-W07-1", "12.2.2018", "2023-02-29", "soon", ""])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(BadDay, match="is not a day"):
        day(text, TODAY)
    with pytest.raises(BadDay, match="is not a day"):
        iso(text)


def test_the_future_has_no_rates() -> None:
    with pytest.raises(BadDay, match="in the future"):
        day("2026-11-23", TODAY)


def test_days_of_another_age_have_no_rates() -> None:
    assert day("1900-01-01", TODAY) == date(1900, 1, 1)
    with pytest.raises(BadDay, match="too long ago"):
        day("1899-12-31", TODAY)


def test_weekday() -> None:
    assert weekday(date(2026, 2, 1)) == "Sunday"
