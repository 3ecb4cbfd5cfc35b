"""Prices by the rules: two legs of one day, lawful rates of ended currencies, one rounding."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.fx.core import pricing
from blueprints.fx.core.decimals import PRECISE
from blueprints.fx.core.ended import ENDED
from blueprints.fx.core.pricing import Leg, Price
from blueprints.fx.core.published import Published, oldest_first

ON = date(2026, 10, 30)
DAY = Published(ON, "EUR", {"SEK": "10.978", "USD": "1.1172", "RON": "5.3447", "JPY": "175.68", "TRY": "55.8015"})
DOLLARS = Published(ON, "USD", {"EUR": "0.8", "JPY": "150", "SEK": "9.5"}, "2026-10-30T16:00:00Z")


def quoted(origin: str, target: str, day: Published = DAY, on: date = ON) -> Price:
    price = pricing.quoted(origin, target, day, on)
    assert price is not None
    return price


def test_a_cross_rate_and_its_legs() -> None:
    price = quoted("SEK", "USD")
    assert str(price.result(Decimal(100), 2)) == "10.18"
    assert price.kind == "published"
    assert price.legs == (Leg("EUR", "SEK", "10.978"), Leg("EUR", "USD", "1.1172"))
    assert price.date == ON


def test_the_base_itself_is_a_leg_of_one() -> None:
    price = quoted("EUR", "USD")
    assert price.legs == (Leg("EUR", "EUR", "1"), Leg("EUR", "USD", "1.1172"))
    assert str(price.result(Decimal("12.5"), 2)) == "13.97"


def test_the_inverse_comes_from_the_legs() -> None:
    assert quoted("EUR", "SEK").inverse == quoted("SEK", "EUR").rate


def test_a_day_without_one_of_the_two_gives_no_price() -> None:
    assert pricing.quoted("SEK", "ISK", DAY, ON) is None
    assert pricing.quoted("ISK", "SEK", DAY, ON) is None
    assert pricing.quoted("DEM", "SEK", DOLLARS._replace(rates={"SEK": "9.5"}), ON) is None


def test_identity_needs_no_day_and_no_source() -> None:
    price = pricing.settled("SEK", "SEK", ON)
    assert price is not None
    assert (price.kind, price.date, price.legs) == ("identity", None, ())
    assert price.rate == 1


def test_the_fixed_rate_of_the_euro_holds_for_every_source() -> None:
    price = quoted("DEM", "JPY", DOLLARS)
    assert price.kind == "fixed"
    assert price.legs == (Leg("USD", "EUR", "0.8"), Leg("EUR", "DEM", "1.95583"), Leg("USD", "JPY", "150"))
    assert price.notes == ("DEM ended on 1998-12-31: fixed rate 1 EUR = 1.95583 DEM.",)
    assert price.rate == PRECISE.divide(Decimal(150), Decimal("0.8") * Decimal("1.95583"))
    assert price.fetched_at == "2026-10-30T16:00:00Z"


@pytest.mark.parametrize(
    ("origin", "target", "amount", "result", "kind"),
    [
        ("HRK", "EUR", "1000", "132.72", "fixed"),
        ("DEM", "EUR", "100", "51.13", "fixed"),
        ("EUR", "DEM", "100", "195.58", "fixed"),
        ("DEM", "FRF", "100", "335.39", "fixed"),
        ("ROL", "RON", "10000", "1.00", "redenominated"),
        ("RON", "ROL", "1", "10000.00", "redenominated"),
    ],
)
def test_two_currencies_of_one_successor_are_settled(
    origin: str, target: str, amount: str, result: str, kind: str
) -> None:
    price = pricing.settled(origin, target, ON)
    assert price is not None
    assert (str(price.result(Decimal(amount), 2)), price.kind, price.date) == (result, kind, ON)
    assert len(price.legs) == 2


def test_before_the_changeover_published_rates_hold() -> None:
    assert pricing.settled("HRK", "EUR", date(2022, 12, 31)) is None
    day = Published(date(2022, 12, 30), "EUR", {"HRK": "7.5365"})
    price = quoted("HRK", "EUR", day, date(2022, 12, 31))
    assert (price.kind, str(price.result(Decimal(1000), 2))) == ("published", "132.69")


def test_a_redenominated_currency_goes_through_its_successor() -> None:
    price = quoted("ROL", "EUR")
    assert price.kind == "redenominated"
    assert price.legs == (Leg("EUR", "RON", "5.3447"), Leg("RON", "ROL", "10000"), Leg("EUR", "EUR", "1"))
    assert price.notes == ("ROL ended on 2005-06-30: 10000 ROL = 1 RON.",)


def test_the_first_days_of_a_redenomination_use_the_last_published_old_unit() -> None:
    day = Published(date(2004, 12, 31), "EUR", {"TRL": "1836200"})
    price = quoted("EUR", "TRL", day, date(2005, 1, 1))
    assert (price.kind, price.over) == ("published", Decimal(1836200))
    assert pricing.quoted("EUR", "TRY", day, date(2005, 1, 1)) is None


def test_days_are_written_oldest_first() -> None:
    older = DAY._replace(date=date(2026, 10, 29))
    assert oldest_first([DAY, older]) == [older, DAY]


@pytest.mark.parametrize("code", ENDED)
def test_every_ended_currency_has_a_name_a_successor_and_units(code: str) -> None:
    end = ENDED[code]
    assert end.name
    assert end.units > 0
    assert end.successor in ("EUR", "RON", "TRY")


AMOUNTS = st.decimals(min_value="-1e12", max_value="1e12", places=4, allow_nan=False, allow_infinity=False)
CODES = st.sampled_from(["EUR", "SEK", "USD", "RON", "JPY", "TRY"])


@given(AMOUNTS, CODES, CODES)
@settings(deadline=None)
def test_a_result_is_the_exact_fraction_rounded_once(amount: Decimal, origin: str, target: str) -> None:
    from fractions import Fraction

    price = quoted(origin, target)
    exact = Fraction(amount) * Fraction(price.over) / Fraction(price.under) * 100
    halves = abs(exact) + Fraction(1, 2)
    expected = halves.numerator // halves.denominator * (1 if exact >= 0 else -1)
    assert price.result(amount, 2) == Decimal(expected).scaleb(-2)
