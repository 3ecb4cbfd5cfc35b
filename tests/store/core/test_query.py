from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.store.core.query import LAST_PAGE, Query, parsed


def test_nothing_asked_is_the_whole_catalogue() -> None:
    assert parsed({}) == (Query(), {})
    assert not Query().narrowed


def test_everything_that_can_be_asked() -> None:
    query, errors = parsed(
        {
            "q": [" zelda "], "platform": ["nes", "snes", "nes", ""], "developer": ["a"], "publisher": ["b"],
            "year_from": ["1985"], "year_to": ["1999"], "price_min": ["1.50"], "price_max": ["20"],
            "in_stock": ["1"], "highlighted": ["0"], "sort": ["-price"], "page": ["3"], "per_page": ["48"],
        }
    )  # fmt: skip
    assert not errors
    assert query == Query(
        "zelda", ("nes", "snes"), ("a",), ("b",), 1985, 1999, Decimal("1.50"), Decimal(20),
        in_stock=True, highlighted=False, sort="-price", page=3, per_page=48,
    )  # fmt: skip
    assert query.narrowed
    assert query.words == ["zelda"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year_from", "abc"), ("year_to", "19999"), ("price_min", "-1"), ("price_max", "1e9"), ("price_min", "NaN"),
        ("price_max", "99999999"), ("in_stock", "yes"), ("highlighted", "2"), ("sort", "best"), ("page", "0"),
        ("page", "-1"), ("page", "x"), ("page", str(LAST_PAGE + 1)), ("per_page", "25"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_and_left_out(name: str, value: str) -> None:
    query, errors = parsed({name: [value]})
    assert list(errors) == [name]
    assert query == Query()


def test_the_own_page_size_is_a_choice_too() -> None:
    assert parsed({"per_page": ["10"]}, 10) == (Query(per_page=10), {})
    assert parsed({}, 10)[0].per_page == 10
    assert parsed({"per_page": ["10"]}, 24)[1]


def test_an_address_names_only_what_is_not_usual() -> None:
    assert Query().encoded() == ""
    query = Query(q="a b", platform=("nes", "snes"), in_stock=True, page=4)
    assert query.encoded() == "q=a+b&platform=nes&platform=snes&in_stock=1"
    assert query.encoded(page=4) == "q=a+b&platform=nes&platform=snes&in_stock=1&page=4"
    assert query.without("platform", "nes").encoded() == "q=a+b&platform=snes&in_stock=1"
    assert Query(per_page=12).encoded(12) == ""


@given(st.dictionaries(st.sampled_from(list(Query.__dataclass_fields__)), st.lists(st.text(max_size=12), max_size=3)))
def test_whatever_stands_in_the_address_is_read(parameters: dict[str, list[str]]) -> None:
    query, errors = parsed(parameters)
    assert set(errors) <= set(parameters)
    assert query.page >= 1
