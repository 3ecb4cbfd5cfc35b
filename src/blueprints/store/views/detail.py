"""The page of one game."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from blueprints.store import cards, csrf, descriptions, frames, pricing, shelf, versions
from blueprints.store.core import history, money
from blueprints.store.memory import remembered
from blueprints.store.models import Alert, Wish
from blueprints.store.views import structured

if TYPE_CHECKING:
    from datetime import datetime

    from blueprints.store.models import Company, Game

_frames: versions.Remembered[frames.Frame] = versions.Remembered()


@require_safe
@remembered
def game(request: HttpRequest, game_id: int, slug: str = "") -> HttpResponse:
    """One game."""
    version = versions.shown(request)
    found = shelf.game(game_id, version)
    if found is None:
        raise Http404
    path = found.path
    if request.path != path:
        return HttpResponsePermanentRedirect(path)
    if not csrf.has_place(request):
        return game_page(request, found)
    values = _values(found, version)
    frame = _frames.get(version, frames.shape(values), lambda: frames.frame(values, partial(_for_all, request)))
    return HttpResponse(frame.around(values))


def _for_all(request: HttpRequest, places: frames.Values) -> str:
    """The page with places in it; the one for a quoted address goes through the filter that would quote it."""
    return _page(request, places, here=places["next"])


def _page(request: HttpRequest, values: frames.Values, **more: Any) -> str:
    return render_to_string("store/game.html", {"game": values, "canonical": values["path"], **more}, request)


def game_page(request: HttpRequest, found: Game, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a game with what the visitor has asked for about it; `more` holds what was typed wrong."""
    values = _values(found, versions.shown(request))
    page = _page(request, values, here=values["path"], **_mine(request, found), **more)
    return HttpResponse(page, status=status)


def _values(found: Game, version: int) -> dict[str, str | bool]:
    """What the page tells of the game, as texts."""
    card = cards.card(found)
    is_buyable = money.buyable(found.price)
    return {
        "id": str(found.pk),
        "path": card.path,
        "next": quote(card.path, safe=""),
        "name": card.name,
        "platform": card.platform,
        "year": str(card.year or ""),
        "price": card.price,
        "stock": card.stock,
        "level": card.level,
        "image": card.image,
        "image_set": card.image_set,
        "alt": card.alt,
        "is_highlighted": card.is_highlighted,
        "is_addable": card.is_addable,
        "is_missed": found.stock == 0 or not is_buyable,
        "platform_slug": found.platform.slug,
        **_company("developer", found.developer),
        **_company("publisher", found.publisher),
        "released": _released(found),
        "sku": found.sku or "",
        "added": _day(found.price_added_at),
        "updated": _day(found.price_updated_at),
        "description": descriptions.html(found.description) if found.description else "",
        "structured": structured.product(found, card.path),
        "related": _joined(shelf.related(found, version)),
        **_past(found),
    }


def _company(role: str, company: Company | None) -> dict[str, str]:
    return {role: company.name if company else "", f"{role}_slug": company.slug if company else ""}


def _released(found: Game) -> str:
    day = found.release_date
    return f"{day.day} {day:%B %Y}" if day else str(found.release_year or "")


def _day(moment: datetime | None) -> str:
    return f"{(day := localtime(moment)).day} {day:%b %Y}" if moment else ""


def _joined(related: list[cards.Card]) -> SafeString:
    return mark_safe("".join(card.tinted for card in related))  # noqa: S308  each is safe


def _past(found: Game) -> dict[str, str]:
    """Past prices as rows of a table, and the lowest one before a reduction."""
    if not found.was_repriced:
        return {"past": "", "lowest": ""}
    prices = pricing.newest_first(found)
    lowest = history.lowest_before([history.Span(price.amount, price.started_at, price.ended_at) for price in prices])
    return {
        "past": render_to_string("store/fragments/prices.html", {"prices": prices}) if len(prices) > 1 else "",
        "lowest": "" if lowest is None else cards.price_text(lowest),
    }


def _mine(request: HttpRequest, found: Game) -> dict[str, bool]:
    """What the user has asked for about this game, by one query."""
    if not request.user.is_authenticated:
        return {}
    alerts = Alert.objects.filter(user_id=request.user.pk, game=found).order_by().values_list("kind")
    wishes = Wish.objects.filter(user_id=request.user.pk, game=found).order_by().extra(select={"kind": "'wish'"})
    kinds = {row[0] for row in alerts.union(wishes.values_list("kind"))}
    return {"is_wished": "wish" in kinds, "has_stock_alert": "stock" in kinds, "has_price_alert": "price" in kinds}
