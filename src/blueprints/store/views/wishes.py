"""Wish list and alerts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blueprints.store import alerts, cards, events, listing
from blueprints.store.core.money import CENT, LARGEST_PRICE
from blueprints.store.models import Alert, Game, Wish
from blueprints.store.views.detail import game_page
from blueprints.store.views.pages import SeeOther, for_users, user_id, way_back


def _game(game_id: int) -> Game:
    found = listing.on_sale().filter(pk=game_id).first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@for_users
def wishlist(request: HttpRequest) -> HttpResponse:
    """The games that the user wants."""
    wished = (
        listing.on_sale().filter(wishes__user_id=user_id(request)).order_by("-wishes__created_at", "-wishes__pk")[:500]
    )
    return render(request, "store/wishlist.html", {"cards": cards.cards(wished), "here": "/wishlist/"})


@require_POST
@for_users
def toggle(request: HttpRequest, game_id: int) -> HttpResponse:
    """Put a game on the wish list, or take it off."""
    game = _game(game_id)
    _, is_new = Wish.objects.get_or_create(user_id=user_id(request), game=game)
    if not is_new:
        Wish.objects.filter(user_id=user_id(request), game=game).delete()
    messages.success(request, f"{game.name} is {'on' if is_new else 'off'} your wish list now.")
    return SeeOther(way_back(request, game.path))


@never_cache
@require_safe
@for_users
def index(request: HttpRequest) -> HttpResponse:
    """All mails that the user has asked for."""
    mine = Alert.objects.filter(user_id=user_id(request)).select_related("game__platform")[:500]
    return render(request, "store/alerts.html", {"alerts": mine})


@require_POST
@for_users
def stock(request: HttpRequest, game_id: int) -> HttpResponse:
    """Ask for a mail when a game is back."""
    game = _game(game_id)
    if alerts.watch_stock(user_id(request), game):
        messages.success(request, f"You will get a mail when {game.name} is back.")
    else:
        messages.info(request, f"{game.name} can be ordered now.")
    return SeeOther(way_back(request, game.path))


@require_POST
@for_users
def price(request: HttpRequest, game_id: int) -> HttpResponse:
    """Ask for a mail when a price falls, or falls to a limit."""
    game = _game(game_id)
    try:
        below = _limit(request.POST.get("below", "").strip())
    except ValueError as error:
        typed = request.POST.get("below", "")[:20]
        return game_page(request, game, status=422, below_error=str(error), below=typed)
    alerts.watch_price(user_id(request), game, below)
    messages.success(request, f"You will get a mail when the price of {game.name} falls.")
    return SeeOther(way_back(request, game.path))


def _limit(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount <= LARGEST_PRICE or amount != amount.quantize(CENT):
        raise ValueError("Enter an amount such as 19.99, or nothing for any fall.")
    return amount


@require_POST
@for_users
def delete(request: HttpRequest, alert_id: int) -> HttpResponse:
    """End one mail."""
    if not Alert.objects.filter(pk=alert_id, user_id=user_id(request)).delete()[0]:
        raise Http404
    messages.success(request, "You will not get this mail.")
    return SeeOther("/alerts/")


@csrf_exempt  # mail programs post here without a page of ours (RFC 8058); the signed token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End all mails to a user about a game: GET asks, POST does."""
    try:
        user, game_id = signing.loads(token, salt=events.UNSUBSCRIBE_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        Alert.objects.filter(user_id=user, game_id=game_id).delete()
    game = Game.objects.filter(pk=game_id).first()
    return render(request, "store/unsubscribe.html", {"game": game, "is_done": request.method == "POST"})
