"""The catalogue as JSON, for reading."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.http import conditional_page
from ninja import Query as FromQuery
from ninja import Schema
from ninja.decorators import decorate_view
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from blueprints.store import covers, listing, pricing, versions
from blueprints.store.core.money import rounded
from blueprints.store.core.query import LAST_PAGE, LONGEST, Query
from blueprints.store.models import Game
from blueprints.web import problems
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem

api = problems.api(title="Shop", version="1", description="The catalogue of the shop, read-only.")

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,90}$")]
Year = Annotated[int, Field(ge=0, le=9999)]
_AMOUNT = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"


def _written_plainly(text: object) -> object:
    if re.search(_AMOUNT, str(text)) is None or str(text).endswith("\n"):
        raise ValueError("is no amount like 19.99")
    return text


Amount = Annotated[
    Decimal,
    BeforeValidator(_written_plainly),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT}),
]
Flag = Literal["0", "1"]


class CatalogueQuery(Schema):
    """What may be asked."""

    q: Annotated[str, Field(max_length=LONGEST, description="Words; the last one may be a beginning.")] = ""
    platform: list[Slug] = Field(default_factory=list)
    developer: list[Slug] = Field(default_factory=list)
    publisher: list[Slug] = Field(default_factory=list)
    year_from: Year | None = None
    year_to: Year | None = None
    price_min: Amount | None = None
    price_max: Amount | None = None
    in_stock: Flag = "0"
    highlighted: Flag = "0"
    sort: Literal["default", "relevance", "name", "-name", "price", "-price", "year", "-year", "newest"] = "default"
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    per_page: Literal["12", "24", "48"] = "24"


class Named(Schema):
    """A platform by slug and name."""

    slug: str
    name: str


class Counted(Named):
    """A choice of a facet, or a row of a list, with its games."""

    count: int


class GameOut(Schema):
    """A game; `stock` null: not counted; `price` null: not available."""

    id: int
    name: str
    slug: str
    platform: Named
    developer: str | None
    publisher: str | None
    release_year: int | None
    release_date: date | None
    highlighted: bool
    price: str | None
    currency: str
    price_added_at: datetime | None
    price_last_updated: datetime | None
    stock: int | None
    in_stock: bool
    sku: str | None
    image: str | None
    url: str


class Past(Schema):
    """A row of a price list; `to` null: the current one."""

    price: str
    from_: datetime = Field(serialization_alias="from")
    to: datetime | None


class GameDetail(GameOut):
    """One game, with all that its page tells."""

    description: str
    price_history: list[Past]


class Facets(Schema):
    """The 50 largest choices of each, and the selected ones."""

    platform: list[Counted]
    developer: list[Counted]
    publisher: list[Counted]


class Games(Schema):
    """A page of the catalogue."""

    items: list[GameOut]
    page: int
    per_page: int
    count: int
    pages: int
    query: str | None
    corrected: str | None
    facets: Facets


class Names(Schema):
    """A whole list."""

    items: list[Counted]


class Suggestion(Schema):
    """A game for what is being typed."""

    id: int
    name: str
    platform: Named
    release_year: int | None
    price: str | None
    currency: str
    image: str | None
    url: str


class Suggestions(Schema):
    """At most eight."""

    items: list[Suggestion]


@api.get("/v1/games", response={200: Games, 404: ProblemOut, 422: ProblemOut}, summary="Find games")
@decorate_view(conditional_page)
def games(request: HttpRequest, asked: FromQuery[CatalogueQuery]) -> dict[str, Any]:
    """The catalogue with the same parameters as its page."""
    query = Query(
        **asked.dict(include={"q", "year_from", "year_to", "price_min", "price_max", "sort", "page"}),
        platform=tuple(asked.platform),
        developer=tuple(asked.developer),
        publisher=tuple(asked.publisher),
        in_stock=asked.in_stock == "1",
        highlighted=asked.highlighted == "1",
        per_page=int(asked.per_page),
    )
    try:
        found = listing.listing(query)
    except listing.NoSuchPage as error:
        raise Problem(404, "no-such-page", "The list has fewer pages.") from error
    return {
        "items": [game_out(game) for game in listing.whole(found.ids)],
        "page": found.page,
        "per_page": found.per_page,
        "count": found.count,
        "pages": found.pages,
        "query": asked.q if query.words else None,
        "corrected": found.corrected,
        "facets": {
            facet: [{"slug": each.slug, "name": each.name, "count": each.count} for each in choices]
            for facet, choices in found.facets.items()
        },
    }


@api.get(
    "/v1/games/{int:game_id}",
    response={200: GameDetail, 404: ProblemOut, 422: ProblemOut},
    by_alias=True,
    summary="One game",
)
@decorate_view(conditional_page)
def game(request: HttpRequest, game_id: Annotated[int, Field(ge=0, lt=10**18)]) -> dict[str, Any]:
    """A game with its description and price list."""
    found = listing.on_sale().filter(pk=game_id).first()
    if found is None:
        raise Problem(404, "not-found", f"There is no game {game_id}.")
    past = [
        {"price": str(rounded(price.amount)), "from_": price.started_at, "to": price.ended_at}
        for price in pricing.newest_first(found)
    ]
    return game_out(found) | {"description": found.description, "price_history": past}


@api.get("/v1/platforms", response=Names, summary="Platforms with their games")
@decorate_view(conditional_page)
def platforms(request: HttpRequest) -> dict[str, Any]:
    """All platforms that have games in the shop."""
    return _names("platform")


@api.get("/v1/developers", response=Names, summary="Developers with their games")
@decorate_view(conditional_page)
def developers(request: HttpRequest) -> dict[str, Any]:
    """All developers that have games in the shop."""
    return _names("developer")


@api.get("/v1/publishers", response=Names, summary="Publishers with their games")
@decorate_view(conditional_page)
def publishers(request: HttpRequest) -> dict[str, Any]:
    """All publishers that have games in the shop."""
    return _names("publisher")


def _names(facet: str) -> dict[str, Any]:
    rows = listing.all_choices(facet, versions.current())
    return {"items": [{"slug": slug, "name": name, "count": count} for slug, name, count in rows]}


@api.get("/v1/search/suggest", response={200: Suggestions, 422: ProblemOut}, summary="Suggest games")
@decorate_view(conditional_page)
def suggest(request: HttpRequest, q: Annotated[str, Field(max_length=LONGEST)] = "") -> dict[str, Any]:
    """The best eight for what is being typed; none below two characters."""
    wanted = ("id", "name", "platform", "release_year", "price", "currency", "image", "url")
    found = [game_out(game) for game in listing.suggestions(q)]
    return {"items": [{key: each[key] for key in wanted} for each in found]}


def game_out(game: Game) -> dict[str, Any]:
    """A game as the API shows it."""
    return {
        "id": game.pk,
        "name": game.name,
        "slug": game.slug,
        "platform": {"slug": game.platform.slug, "name": game.platform.name},
        "developer": game.developer.name if game.developer else None,
        "publisher": game.publisher.name if game.publisher else None,
        "release_year": game.release_year,
        "release_date": game.release_date,
        "highlighted": game.highlighted,
        "price": None if game.price is None else str(rounded(game.price)),
        "currency": settings.SERVICE_CONFIG.currency,
        "price_added_at": game.price_added_at,
        "price_last_updated": game.price_updated_at,
        "stock": game.stock,
        "in_stock": game.available,
        "sku": game.sku,
        "image": covers.urls(game.cover)[2] if game.cover else None,
        "url": game.path,
    }
