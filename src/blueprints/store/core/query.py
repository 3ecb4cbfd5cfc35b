"""What a shopper asks of the catalogue, as it stands in the address."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlencode

from blueprints.store.core import folding
from blueprints.store.core.money import LARGEST_PRICE

SORTS = ("default", "relevance", "name", "-name", "price", "-price", "year", "-year", "newest")
PAGE_SIZES = (12, 24, 48)
FACETS = ("platform", "developer", "publisher")
LAST_PAGE = 1_000_000
LONGEST = 200
"""Characters of a search text that are looked at."""

T = TypeVar("T")


@dataclass(frozen=True)
class Query:
    """A checked question; what was wrong with it was left out."""

    q: str = ""
    platform: tuple[str, ...] = ()
    developer: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool = False
    highlighted: bool = False
    sort: str = "default"
    page: int = 1
    per_page: int = 24

    @property
    def words(self) -> list[str]:
        """The search words; none: nothing is searched for."""
        return folding.words(self.q[:LONGEST])

    @property
    def narrowing(self) -> "Query":
        """The same question without sorting and paging."""
        return replace(self, sort="default", page=1, per_page=24)

    @property
    def narrowed(self) -> bool:
        """Whether anything but sorting and paging is asked for."""
        return self.narrowing != Query()

    def encoded(self, usual_size: int = 24, **changes: object) -> str:
        """The part of the address behind `?`, without what is the default anyway; it starts at page 1."""
        changed = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]  # callers name fields of this class
        usual = Query(per_page=usual_size)
        pairs: list[tuple[str, str]] = []
        for name in self.__dataclass_fields__:
            value = getattr(changed, name)
            if value == getattr(usual, name):
                continue
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(name, "1" if item is True else str(item)) for item in values]
        return urlencode(pairs)

    def without(self, facet: str, slug: str) -> "Query":
        """The same question with one choice of a facet taken back."""
        kept = tuple(item for item in getattr(self, facet) if item != slug)
        return replace(self, page=1, **{facet: kept})  # type: ignore[arg-type]  # facet names a tuple field


def parsed(parameters: Mapping[str, Sequence[str]], page_size: int = 24) -> tuple[Query, dict[str, str]]:
    """The question in `parameters`, and what is wrong with it by parameter name."""
    errors: dict[str, str] = {}

    def one(name: str, read: Callable[[str], T], default: T) -> T:
        text = (parameters.get(name) or [""])[-1].strip()
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:
            errors[name] = str(error)
            return default

    facets = {facet: tuple(dict.fromkeys(slug for slug in parameters.get(facet, ()) if slug)) for facet in FACETS}
    return (
        Query(
            q=one("q", str, ""),
            **facets,
            year_from=one("year_from", _year, None),
            year_to=one("year_to", _year, None),
            price_min=one("price_min", _price, None),
            price_max=one("price_max", _price, None),
            in_stock=one("in_stock", _flag, default=False),
            highlighted=one("highlighted", _flag, default=False),
            sort=one("sort", _sort, "default"),
            page=one("page", _page, 1),
            per_page=one("per_page", _size(page_size), page_size),
        ),
        errors,
    )


def _year(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,4}", text) is None:
        raise ValueError("Enter a year such as 1989.")
    return int(text)


def _price(text: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,20})?", text) is None or Decimal(text) > LARGEST_PRICE:
        raise ValueError("Enter an amount such as 19.99.")
    return Decimal(text)


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("This is 1 or left out.")
    return text == "1"


def _sort(text: str) -> str:
    if text not in SORTS:
        raise ValueError(f"Sort by one of: {', '.join(SORTS)}.")
    return text


def _page(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,7}", text) is None or not 1 <= int(text) <= LAST_PAGE:
        raise ValueError("There is no such page.")
    return int(text)


def _size(own: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        sizes = sorted({*PAGE_SIZES, own})
        if text not in map(str, sizes):
            raise ValueError(f"Choose one of: {', '.join(map(str, sizes))}.")
        return int(text)

    return read
