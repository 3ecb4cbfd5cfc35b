"""Rates of several sources."""

from decimal import Decimal

from blueprints.fx.core import spread


def test_the_median_of_an_odd_and_an_even_number() -> None:
    one, two, three, four = map(Decimal, ("1.1", "1.2", "1.3", "1.6"))
    assert spread.median([three, one, two]) == two
    assert spread.median([four, one, three, two]) == Decimal("1.25")


def test_differences_and_spread_are_in_percent_of_the_median() -> None:
    rates = [Decimal("0.99"), Decimal(1), Decimal("1.02")]
    assert spread.difference_percent(rates[2], spread.median(rates)) == 2
    assert spread.spread_percent(rates) == 3
