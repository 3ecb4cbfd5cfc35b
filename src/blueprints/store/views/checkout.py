"""From the cart to the order: review, one press, and a page that tells how far it is."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blueprints.store import carts, checkouts
from blueprints.store.models import Checkout
from blueprints.store.views.pages import SeeOther, for_users, is_htmx, user_id


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_users
def review(request: HttpRequest) -> HttpResponse:
    """What will be ordered, and the button that orders it."""
    if request.method == "POST":
        return _order(request)
    return _review(request)


def _review(request: HttpRequest, trouble: str = "") -> HttpResponse:
    cart = carts.find(request)
    lines = carts.lines(cart)
    if cart is None or not lines:
        messages.info(request, "Your cart is empty.")
        return SeeOther("/cart/")
    context = {
        "lines": lines,
        "total": carts.total(lines),
        "checkout_id": checkouts.new_ticket(cart),
        "trouble": trouble,
        "is_orderable": not any(line.trouble for line in lines),
        "cart_count": sum(line.row.quantity for line in lines),
    }
    return render(request, "store/checkout.html", context, status=409 if trouble else 200)


def _order(request: HttpRequest) -> HttpResponse:
    try:
        number = UUID(request.POST.get("checkout_id", ""))
        checkout, is_new = checkouts.place(request.user, number, _amount(request.POST.get("expected_total", "")))
    except ValueError:
        return _review(request, "This page was incomplete. Please look at your order again.")
    except checkouts.EmptyCart:
        messages.info(request, "Your cart is empty.")
        return SeeOther("/cart/")
    except Checkout.DoesNotExist as error:
        raise Http404 from error
    except (checkouts.Changed, checkouts.Short) as error:
        return _review(request, str(error))
    if is_new:
        checkouts.send(checkout, settings.SERVICE_CONFIG.checkout.wait_seconds)
    return SeeOther(f"/checkout/{checkout.pk}/")


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text[:20])
    except InvalidOperation:
        return None


@never_cache
@require_safe
@for_users
def status(request: HttpRequest, number: UUID) -> HttpResponse:
    """How far a checkout is."""
    context = {"checkout": _own(request, number)}
    return render(request, "store/fragments/status.html" if is_htmx(request) else "store/status.html", context)


def _own(request: HttpRequest, number: UUID) -> Checkout:
    found = Checkout.objects.filter(pk=number, user_id=user_id(request)).first()
    if found is None:
        raise Http404
    return found
