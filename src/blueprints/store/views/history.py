"""The orders of a user: live from the orders service, or as last known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from blueprints.errors import BlueprintsError, UpstreamError
from blueprints.store import carts, checkouts, orders
from blueprints.store.models import Checkout
from blueprints.store.views.pages import SeeOther, for_users, user_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PER_PAGE = 20


@dataclass(frozen=True)
class Order:
    """An order as the history shows it."""

    checkout: Checkout
    status: int
    label: str
    is_cancellable: bool
    tracking: dict[str, str | None] | None

    @property
    def progress(self) -> int:
        """How many of the five steps are done; 0 when it was cancelled."""
        return 0 if self.status == orders.CANCELLED else self.status


def _shown(checkout: Checkout, live: dict[str, Any] | None) -> Order:
    status = live["status_code"] if live else checkout.order_status or 1
    following = live["next_statuses"] if live else ["cancelled"] if status == 1 else []
    label = live["status_label"] if live else orders.LABELS.get(status, "Unknown")
    return Order(checkout, status, label, "cancelled" in following, live["tracking"] if live else checkout.tracking)


@never_cache
@require_safe
@for_users
def index(request: HttpRequest) -> HttpResponse:
    """All orders of the user, newest first."""
    mine = Checkout.objects.filter(user_id=user_id(request)).prefetch_related("lines").order_by("-created_at", "pk")
    number = _page_number(request.GET.get("page", ""))
    found = list(mine[(number - 1) * PER_PAGE : number * PER_PAGE + 1])
    shown = found[:PER_PAGE]
    placed = [checkout for checkout in shown if checkout.order_id]
    live, is_live = _live(request, placed)
    context = {
        "orders": [_shown(checkout, live.get(checkout.order_id or 0)) for checkout in placed],
        "waiting": [checkout for checkout in shown if not checkout.order_id],
        "newer": number - 1,
        "older": number + 1 if len(found) > PER_PAGE else 0,
        "is_live": is_live,
        "as_of": _as_of(placed),
    }
    return render(request, "store/orders.html", context)


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1


def _live(request: HttpRequest, placed: list[Checkout]) -> tuple[dict[int, dict[str, Any]], bool]:
    """The orders by id as the orders service has them now; False when it does not answer."""
    if not placed:
        return {}, True
    since = min(checkout.created_at for checkout in placed)
    try:
        found = orders.of_customer(user_id(request), since.isoformat())
    except UpstreamError:
        return {}, False
    return {order["id"]: order for order in found}, True


def _as_of(placed: Iterable[Checkout]) -> datetime | None:
    return max((checkout.seen_at for checkout in placed if checkout.seen_at), default=None)


def _own(request: HttpRequest, order_id: int) -> Checkout:
    """The user's checkout that became this order; anybody else's is not there."""
    found = (
        Checkout.objects.filter(user_id=user_id(request), order_id=order_id)
        .prefetch_related("lines__claims__key")
        .first()
    )
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@for_users
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order with its lines, tracking and keys."""
    checkout = _own(request, order_id)
    try:
        live: dict[str, Any] | None = orders.order(order_id)
    except UpstreamError:
        live = None
    context = {"order": _shown(checkout, live), "is_live": live is not None, "as_of": checkout.seen_at}
    return render(request, "store/order.html", context)


@require_POST
@for_users
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask the orders service to cancel an order."""
    checkout = _own(request, order_id)
    try:
        checkouts.follow_known(orders.cancel(order_id, f"cancel-{checkout.pk}"))
        messages.success(request, f"Order {order_id} is cancelled.")
    except orders.NotPossible as error:
        messages.error(request, f"Order {order_id} cannot be cancelled: {error}")
    except UpstreamError:
        messages.error(request, "The order service does not answer. Please try again in a moment.")
    return SeeOther(f"/my-orders/{order_id}/")


@require_POST
@for_users
def again(request: HttpRequest, order_id: int) -> HttpResponse:
    """Put the games of an order into the cart again, at today's prices."""
    for line in _own(request, order_id).lines.all():
        try:
            added = carts.add(request, line.game_id, min(line.quantity, 99))
        except BlueprintsError as error:
            messages.warning(request, str(error))
            continue
        if added.notice:
            messages.warning(request, added.notice)
    return SeeOther("/cart/")
