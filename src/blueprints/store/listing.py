"""A page of the catalogue: which games, how many, and what they could be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Count, F, Q

from blueprints.errors import BlueprintsError
from blueprints.store import versions
from blueprints.store.core.query import FACETS, Query
from blueprints.store.models import Company, Game, Platform
from blueprints.store.search import lookup

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

N = TypeVar("N", Platform, Company)
LAST_LETTER = "\U0010ffff"
"""Behind everything that a name can go on with; names are compared letter by letter, by number, in both databases."""
LARGEST = 50
"""Choices of a facet that are offered, the selected ones always."""


class NoSuchPage(BlueprintsError):
    """The page is beyond the last."""


@dataclass(frozen=True)
class Choice:
    """A platform, developer or publisher to narrow to, and how many games that would leave."""

    slug: str
    name: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class Names:
    """The platforms and companies by slug and by id."""

    platforms: dict[str, int]
    companies: dict[str, int]
    by_platform: dict[int, tuple[str, str]]
    by_company: dict[int, tuple[str, str]]
    _platforms: dict[int, Platform] = field(default_factory=dict)
    _companies: dict[int, Company] = field(default_factory=dict)

    def platform(self, pk: int) -> Platform | None:
        """The platform; None if it is newer than these names."""
        return self._platforms.get(pk) or _made(Platform, pk, self.by_platform, self._platforms)

    def company(self, pk: int) -> Company | None:
        """The company; None if it is newer than these names."""
        return self._companies.get(pk) or _made(Company, pk, self.by_company, self._companies)

    def ids(self, facet: str) -> dict[str, int]:
        """Id by slug for a facet."""
        return self.platforms if facet == "platform" else self.companies

    def of(self, facet: str) -> dict[int, tuple[str, str]]:
        """(slug, name) by id for a facet."""
        return self.by_platform if facet == "platform" else self.by_company


def _made(kind: type[N], pk: int, names: dict[int, tuple[str, str]], objects: dict[int, N]) -> N | None:
    """The platform or company as an object for many games, to be read only."""
    if pk in names:
        slug, name = names[pk]
        objects[pk] = kind(pk=pk, slug=slug, name=name)
    return objects.get(pk)


@dataclass(frozen=True)
class Summary:
    """What is the same on all pages of a question."""

    count: int
    facets: dict[str, list[Choice]]


@dataclass(frozen=True)
class Listing:
    """A page of games."""

    ids: Sequence[int]
    """In the order that was asked for."""
    page: int
    per_page: int
    count: int
    facets: dict[str, list[Choice]]
    corrected: str | None
    version: int

    @property
    def pages(self) -> int:
        """The number of the last page; an empty catalogue has one."""
        return max(1, -(-self.count // self.per_page))


_names: versions.Remembered[Names] = versions.Remembered()
_summaries: versions.Remembered[Summary] = versions.Remembered()


def on_sale() -> QuerySet[Game]:
    """The games that are in the shop, with what their cards show."""
    return Game.objects.filter(is_published=True).select_related("platform", "developer", "publisher")


def whole(ids: Iterable[int]) -> list[Game]:
    """These games, in this order, with what their cards show.

    Ids are found first: a sort that takes descriptions and the names of companies along is several times as slow.
    """
    wanted = list(ids)
    found = on_sale().in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def names(version: int) -> Names:
    """The platforms and companies at this version of the catalogue."""
    return _names.get(version, "names", _read_names)


def _read_names() -> Names:
    platforms = list(Platform.objects.values_list("pk", "slug", "name"))
    companies = list(Company.objects.values_list("pk", "slug", "name"))
    return Names(
        {slug: pk for pk, slug, _ in platforms},
        {slug: pk for pk, slug, _ in companies},
        {pk: (slug, name) for pk, slug, name in platforms},
        {pk: (slug, name) for pk, slug, name in companies},
    )


def listing(query: Query) -> Listing:
    """The page that `query` asks for. Raises NoSuchPage beyond the last one."""
    version = versions.current()
    search = lookup.search(query.words) if query.words else None
    narrowing = _narrowing(query, search, names(version))
    summary = _summary(query, narrowing, version)
    first = (query.page - 1) * query.per_page
    if query.page > 1 and first >= summary.count:
        raise NoSuchPage("There is no such page.")
    chosen = Game.objects.filter(*narrowing.values(), is_published=True)
    if search:
        chosen = chosen.alias(name_rank=search.rank())
    chosen = chosen.order_by(*_order(query))
    return Listing(
        list(chosen.values_list("pk", flat=True)[first : first + query.per_page]),
        query.page,
        query.per_page,
        summary.count,
        summary.facets,
        search.corrected if search else None,
        version,
    )


def _narrowing(query: Query, search: lookup.Search | None, known: Names) -> dict[str, Q]:
    """A condition for each facet in use, and one for all the rest."""
    conditions = {}
    for facet in FACETS:
        if slugs := getattr(query, facet):
            ids = known.ids(facet)
            conditions[facet] = Q(**{f"{facet}_id__in": [ids[slug] for slug in slugs if slug in ids]})
    conditions["rest"] = _rest(query) & (search.condition() if search else Q())
    return conditions


def _rest(query: Query) -> Q:
    bounds = {
        "release_year__gte": query.year_from,
        "release_year__lte": query.year_to,
        "price__gte": query.price_min,
        "price__lte": query.price_max,
        "highlighted": query.highlighted or None,
    }
    condition = Q(**{name: value for name, value in bounds.items() if value is not None})
    if query.in_stock:
        condition &= (Q(stock=None) | Q(stock__gt=0)) & Q(price__isnull=False)
    return condition


def _summary(query: Query, narrowing: dict[str, Q], version: int) -> Summary:
    """Remembered until the catalogue changes."""
    return _summaries.get(version, query.narrowing, lambda: _counted(query, narrowing, version))


def _counted(query: Query, narrowing: dict[str, Q], version: int) -> Summary:
    games = Game.objects.filter(is_published=True)
    known = names(version)
    facets = {facet: _choices(games, facet, query, narrowing, known) for facet in FACETS}
    return Summary(games.filter(*narrowing.values()).count(), facets)


def _choices(games: QuerySet[Game], facet: str, query: Query, narrowing: dict[str, Q], known: Names) -> list[Choice]:
    """The largest choices of a facet by name, counted as if nothing of this facet were chosen."""
    others = [condition for name, condition in narrowing.items() if name != facet]
    column = f"{facet}_id"
    grouped = games.filter(*others, **{f"{column}__isnull": False}).order_by().values_list(column)
    counts = dict(grouped.annotate(games=Count("pk")))
    selected = {known.ids(facet)[slug] for slug in getattr(query, facet) if slug in known.ids(facet)}
    largest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:LARGEST]
    shown = known.of(facet)
    choices = [Choice(*shown[pk], counts.get(pk, 0), pk in selected) for pk in {*largest, *selected} if pk in shown]
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.slug))


def all_choices(facet: str, version: int) -> list[tuple[str, str, int]]:
    """Every platform, developer or publisher that has games in the shop: slug, name and number, by name."""
    column = f"{facet}_id"
    grouped = Game.objects.filter(is_published=True, **{f"{column}__isnull": False}).order_by().values_list(column)
    shown = names(version).of(facet)
    rows = [(*shown[pk], count) for pk, count in grouped.annotate(games=Count("pk")) if pk in shown]
    return sorted(rows, key=lambda row: (row[1].casefold(), row[0]))


_USUAL = ("-highlighted", "name_words", "-year_key", "pk")
_BY_NAME = ("name_words", "-year_key", "pk")


def _order_names(query: Query) -> tuple[str, ...]:
    sort = query.sort
    if sort in {"default", "relevance"}:
        return (("name_rank",) if query.words else ()) + _USUAL
    if sort == "newest":
        return ("-pk",)
    if sort.lstrip("-") == "name":
        return _BY_NAME if sort == "name" else ("-name_words", "-year_key", "pk")
    return (sort.replace("year", "release_year"), *_BY_NAME)


def _order(query: Query) -> list[str | OrderBy]:
    """The order as Django takes it; games without a price or year come last both ways."""
    return [
        _last_if_null(name) if name.lstrip("-") in {"price", "release_year"} else name for name in _order_names(query)
    ]


def _last_if_null(name: str) -> OrderBy:
    column = F(name.lstrip("-"))
    return column.desc(nulls_last=True) if name.startswith("-") else column.asc(nulls_last=True)


def in_usual_order(**which: int) -> QuerySet[Game]:
    """The games in the shop that are like this, highlighted ones first, then by name."""
    return Game.objects.filter(is_published=True, **which).order_by(*_USUAL)


def suggestions(text: str, most: int = 8) -> list[Game]:
    """The best few games for what is being typed."""
    words = Query(q=text).words
    if not words or len(text.strip()) < 2:
        return []
    search = lookup.search(words)
    found = _beginning(" ".join(search.words), most)
    if len(found) < most:
        ranked = Game.objects.filter(search.condition(), is_published=True).alias(name_rank=search.rank())
        found = list(ranked.order_by("name_rank", *_USUAL).values_list("pk", flat=True)[:most])
    return whole(found)


def _beginning(text: str, most: int) -> list[int]:
    """Ids of the best games whose names begin with the folded `text`.

    Parts of the index by name are read, a part for each rank: for the first letters of a word, with which thousands
    of names begin, everything else would sort them all.
    """
    published = Game.objects.filter(is_published=True)
    equal = published.filter(name_words=text).order_by(*_USUAL)
    found = list(equal.values_list("pk", flat=True)[:most])
    longer = published.filter(name_words__gt=text, name_words__lt=text + LAST_LETTER).order_by(*_BY_NAME)
    for highlighted in (True, False):
        part = longer.filter(highlighted__in=(highlighted,)).values_list("pk", flat=True)
        found += part[: most - len(found)] if len(found) < most else ()
    return found
