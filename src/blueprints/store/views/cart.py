"""The cart: every change is a POST, and everything about prices comes from the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from blueprints.store import carts, listing
from blueprints.store.core import quantities
from blueprints.store.csrf import takes_first_contact
from blueprints.store.models import Game
from blueprints.store.views.detail import game_page
from blueprints.store.views.pages import SeeOther, is_htmx, way_back

if TYPE_CHECKING:
    from blueprints.store.models import Cart


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What is in the cart."""
    return _page(request, carts.find(request))


def _page(request: HttpRequest, cart: Cart | None, status: int = 200, **more: Any) -> HttpResponse:
    lines, removed = carts.contents(cart)
    context = {
        "lines": lines,
        "removed": removed,
        "total": carts.total(lines),
        "is_orderable": bool(lines) and not any(line.trouble for line in lines),
        "cart_count": sum(line.row.quantity for line in lines),
        "here": "/cart/",
        **more,
    }
    template = "store/fragments/cart.html" if is_htmx(request) else "store/cart.html"
    return render(request, template, context, status=status)


def _changed(request: HttpRequest, cart: Cart | None) -> HttpResponse:
    return _page(request, cart) if is_htmx(request) else SeeOther("/cart/")


@takes_first_contact
@require_POST
def add(request: HttpRequest, game_id: int) -> HttpResponse:
    """Put copies of a game into the cart."""
    try:
        added = carts.add(request, game_id, quantities.parsed(request.POST.get("quantity", "1")))
    except Game.DoesNotExist as error:
        raise Http404 from error
    except quantities.BadQuantity as error:
        return _bad_quantity(request, game_id, str(error))
    except carts.NotForSale as error:
        return _not_for_sale(request, game_id, str(error))
    if added.notice:
        messages.warning(request, added.notice)
    else:
        messages.success(
            request, format_html('{} is in your cart. <a href="/cart/">See the cart</a>', added.line.game.name)
        )
    if is_htmx(request):
        return render(request, "store/fragments/added.html")
    return SeeOther(way_back(request, "/cart/"))


def _bad_quantity(request: HttpRequest, game_id: int, message: str) -> HttpResponse:
    game = listing.on_sale().filter(pk=game_id).first()
    if game is None:
        raise Http404
    if is_htmx(request):
        messages.error(request, f"{game.name}: {message}")
        return render(request, "store/fragments/added.html", status=422)
    typed = request.POST.get("quantity", "")[:20]
    return game_page(request, game, status=422, quantity_error=message, quantity=typed)


def _not_for_sale(request: HttpRequest, game_id: int, message: str) -> HttpResponse:
    game = listing.on_sale().filter(pk=game_id).first()
    template = "store/fragments/not_for_sale.html" if is_htmx(request) else "store/not_for_sale.html"
    return render(request, template, {"message": message, "game": game, "here": game.path if game else "/"}, status=409)


@require_POST
def update(request: HttpRequest) -> HttpResponse:
    """Set quantities; or confirm a new price; or undo a removal."""
    cart = carts.find(request)
    if line := _number(request.POST.get("undo")):
        carts.undo(cart, line)
        return _changed(request, cart)
    wanted, errors = _quantities(request)
    if errors:
        return _page(request, cart, status=422, errors=errors, typed=_typed(request))
    for notice in carts.change(cart, wanted):
        messages.warning(request, notice)
    if line := _number(request.POST.get("confirm")):
        carts.confirm(cart, line)
    return _changed(request, cart)


def _quantities(request: HttpRequest) -> tuple[dict[int, int], dict[int, str]]:
    """What was typed by line id, and what is wrong with it."""
    wanted, errors = {}, {}
    for line, text in _typed(request).items():
        try:
            wanted[line] = quantities.parsed(text)
        except quantities.BadQuantity as error:
            errors[line] = str(error)
    return wanted, errors


def _typed(request: HttpRequest) -> dict[int, str]:
    fields = ((_number(name.removeprefix("quantity-")), name) for name in request.POST if name.startswith("quantity-"))
    return {line: request.POST[name] for line, name in fields if line}


def _number(text: str | None) -> int:
    """An id in a form, 0 for anything that cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_POST
def remove(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take a line out."""
    cart = carts.find(request)
    if carts.remove(cart, line_id) is None:
        raise Http404
    return _changed(request, cart)


@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    """Take everything out."""
    cart = carts.find(request)
    carts.empty(cart)
    messages.success(request, "Your cart is empty now.")
    return _changed(request, cart)
