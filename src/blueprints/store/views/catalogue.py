"""Home, lists, details and suggestions: pages that set no cookie."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from blueprints.store import cards, listing, shelf, versions
from blueprints.store.core import query
from blueprints.store.memory import remembered
from blueprints.store.views import narrowing

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from blueprints.store.core.query import Query

HIGHLIGHTED, OTHERS = 3, 9
_facets: versions.Remembered[SafeString] = versions.Remembered()
SORT_LABELS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "price": "Price, low to high",
    "-price": "Price, high to low",
    "-year": "Year, newest first",
    "year": "Year, oldest first",
    "newest": "Latest arrivals",
}


@require_safe
@remembered
def home(request: HttpRequest) -> HttpResponse:
    """Some highlighted games and some others."""
    usual = listing.on_sale().order_by("-highlighted", "name_words", "-year_key", "pk")
    highlighted = list(usual.filter(highlighted=True)[: HIGHLIGHTED + 1])
    others = list(usual.filter(highlighted=False)[: OTHERS + 1])
    context = {
        "highlighted": cards.cards(highlighted[:HIGHLIGHTED]),
        "more_highlighted": len(highlighted) > HIGHLIGHTED,
        "others": cards.cards(others[:OTHERS]),
        "more_others": len(others) > OTHERS,
    }
    return render(request, "store/home.html", context)


@require_safe
@remembered
def games(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    own_size = settings.SERVICE_CONFIG.page_size
    asked, errors = query.parsed(dict(request.GET.lists()), own_size)
    try:
        found = _found(asked, errors)
    except listing.NoSuchPage:
        context = {"first_page": _address(asked, own_size, page=1)}
        return render(request, "store/no_such_page.html", context, status=404)
    return render(request, "store/games.html", _catalogue(asked, errors, found, own_size))


def _found(asked: Query, errors: dict[str, str]) -> listing.Listing:
    if "page" in errors:
        raise listing.NoSuchPage(errors["page"])
    return listing.listing(asked)


def _address(asked: Query, own_size: int, **changes: object) -> str:
    encoded = asked.encoded(own_size, **changes)
    return f"/games/?{encoded}" if encoded else "/games/"


def _catalogue(asked: Query, errors: dict[str, str], found: listing.Listing, own_size: int) -> dict[str, Any]:
    narrowed = [
        (choice.name, _address(asked.without(facet, choice.slug), own_size))
        for facet in query.FACETS
        for choice in found.facets[facet]
        if choice.is_selected
    ] + [(words, _address(without, own_size)) for words, without in narrowing.bounds(asked)]
    return {
        "asked": asked,
        "errors": errors,
        "cards": shelf.cards_of(found.ids, found.version),
        "found": found,
        "facets": _facets.get(found.version, asked.narrowing, lambda: _facets_made(found)),
        "narrowed": narrowed,
        "sorts": [("default", "Best match" if asked.words else "Highlights first"), *SORT_LABELS.items()],
        "sizes": sorted({*query.PAGE_SIZES, own_size}),
        "pages": _pages(asked, found, own_size),
        "clear": _address(replace(query.Query(), sort=asked.sort, per_page=asked.per_page), own_size),
        "canonical": _address(asked, own_size, page=asked.page),
        "here": _address(asked, own_size, page=asked.page),
    }


def _facets_made(found: listing.Listing) -> SafeString:
    facets = [(facet, f"{facet.title()}s", found.facets[facet]) for facet in query.FACETS]
    return render_to_string("store/fragments/facets.html", {"facets": facets})


def _pages(asked: Query, found: listing.Listing, own_size: int) -> list[tuple[int | None, str]]:
    """Numbers and addresses around this page, with None where some are left out."""
    near = {1, found.pages, *range(max(1, found.page - 2), min(found.pages, found.page + 2) + 1)}
    result: list[tuple[int | None, str]] = []
    before = 0
    for number in sorted(near):
        if number > before + 1:
            result.append((None, ""))
        result.append((number, _address(asked, own_size, page=number)))
        before = number
    return result


@require_safe
def moved(request: HttpRequest, to: str) -> HttpResponse:
    """Older addresses of lists."""
    return HttpResponsePermanentRedirect(to)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """A few games for what is being typed, as a fragment."""
    found = listing.suggestions(request.GET.get("q", ""))
    return render(request, "store/fragments/suggestions.html", {"cards": cards.cards(found)})
