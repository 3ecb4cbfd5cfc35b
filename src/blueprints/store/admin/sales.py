"""Carts and checkouts in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages

from blueprints.errors import BlueprintsError
from blueprints.store import checkouts, orders
from blueprints.store.admin.rules import ReadOnly
from blueprints.store.models import Cart, CartLine, Checkout, CheckoutLine

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    """Lines to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class CartLineInline(ReadOnlyInline):
    """What is in a cart."""

    model = CartLine
    fields = readonly_fields = ("game", "quantity", "price", "added_at", "removed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lines with what their names need."""
        return super().get_queryset(request).select_related("game__platform")


class CheckoutLineInline(ReadOnlyInline):
    """What was bought."""

    model = CheckoutLine
    fields = readonly_fields = ("name", "quantity", "price", "counted")


@admin.register(Cart)
class CartAdmin(ReadOnly):
    """Carts of users and guests."""

    list_display = ("id", "user", "created_at", "touched_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = ("user", "created_at", "touched_at")
    inlines = (CartLineInline,)


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly):
    """Checkouts: waiting ones can be sent again or given up."""

    list_display = (
        "id",
        "state",
        "order_id",
        "name",
        "total",
        "attempts",
        "next_attempt_at",
        "created_at",
    )
    fields = (
        "state",
        "order_id",
        "order_status_text",
        "total_text",
        "created_at",
        "name",
        "email",
        "user",
        "reason",
        "attempts",
        "next_attempt_at",
        "last_error",
        "access_refused",
        "stock_returned",
        "seen_at",
        "id",
    )
    list_filter = ("state", "access_refused", "created_at")
    search_fields = ("id", "order_id", "name", "email")
    inlines = (CheckoutLineInline,)
    actions = ("retry", "abort")

    @admin.display(description="total")
    def total_text(self, checkout: Checkout) -> str:
        """With its currency."""
        return f"{checkout.total} {checkout.currency}"

    @admin.display(description="order status")
    def order_status_text(self, checkout: Checkout) -> str:
        """The status that the order service told last."""
        return orders.LABELS.get(checkout.order_status or 0, "–")

    @admin.action(description="Send to the order service now", permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Checkout]) -> None:
        """Do not wait for the next turn."""
        self._settle(request, queryset, checkouts.retry)

    @admin.action(description="Abort: void, and give stock and cart everything back", permissions=["change"])
    def abort(self, request: HttpRequest, queryset: QuerySet[Checkout]) -> None:
        """Give waiting checkouts up."""
        self._settle(request, queryset, checkouts.abort)

    def _settle(self, request: HttpRequest, queryset: QuerySet[Checkout], act: Any) -> None:
        for checkout in queryset.filter(state=Checkout.State.RESERVED).prefetch_related("lines")[:100]:
            try:
                after = act(checkout)
            except BlueprintsError as error:
                messages.error(request, f"{checkout.pk}: {error}")
                continue
            messages.info(request, f"{checkout.pk}: {after.get_state_display()} {after.last_error}".strip())
