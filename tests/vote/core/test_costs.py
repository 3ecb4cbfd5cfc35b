"""Money: prices of the platform, and the limit."""

from decimal import Decimal

import pytest

from blueprints.vote.core.costs import Kind, Spending

PRICES: dict[Kind, Decimal] = {
    "posts_read": Decimal("0.005"),
    "users_read": Decimal("0.010"),
    "count_requests": Decimal("0.005"),
}


def spent(budget: str, **units: int) -> Spending:
    spending = Spending(PRICES, Decimal(budget))
    for kind, number in units.items():
        spending.add(kind, number)  # type: ignore[arg-type]  # the kinds are written by hand
    return spending


def test_an_hour_of_counts_and_a_stream() -> None:
    assert spent("5", count_requests=240).usd == Decimal("1.200")
    assert spent("0", posts_read=10_000).usd == Decimal("50.000")


def test_the_limit_is_reached_and_not_passed_by_a_request() -> None:
    assert not spent("0.05", posts_read=9).is_exhausted
    assert spent("0.05", posts_read=10).is_exhausted
    assert spent("0.05", posts_read=9).allows("posts_read")
    assert not spent("0.05", posts_read=9).allows("users_read")
    assert not spent("0.05", posts_read=9).allows("posts_read", 2)


def test_no_budget_is_no_limit() -> None:
    assert not spent("0", posts_read=10**6).is_exhausted
    assert spent("0", posts_read=10**6).allows("posts_read", 10**6)
    assert spent("0").affordable("posts_read", 100) == 100


@pytest.mark.parametrize(("budget", "number"), [("5", 100), ("0.05", 10), ("0.051", 11), ("0.001", 1)])
def test_a_page_is_no_larger_than_the_rest_of_the_budget(budget: str, number: int) -> None:
    assert spent(budget).affordable("posts_read", 100) == number
    assert spent("0.01", posts_read=3).affordable("posts_read", 100) == 0


def test_costs_are_shown_exactly() -> None:
    assert spent("5.00", posts_read=3, users_read=1).as_dict() == {
        "usd": "0.025000",
        "posts_read": 3,
        "users_read": 1,
        "count_requests": 0,
        "budget_usd": "5.00",
    }
    assert spent("0.005").as_dict()["budget_usd"] == "0.005"
    assert spent("5").as_dict()["budget_usd"] == "5.00"
