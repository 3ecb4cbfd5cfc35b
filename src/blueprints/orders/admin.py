"""Orders and customers in the admin: staff find them, advance them by the table, and see who did what."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from blueprints.errors import BlueprintsError
from blueprints.orders import change
from blueprints.orders.admin_form import OrderForm
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Change, Customer, Line, Order
from blueprints.web.database import writing


class ReadOnly(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that can be looked at and nothing else."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever may see the order may see what belongs to it

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Lines(ReadOnly):
    model = Line
    fields = ("product_id", "name", "quantity", "price_per_unit")


class History(ReadOnly):
    model = Change
    verbose_name_plural = "history"
    fields = ("at", "from_status", "to_status", "is_passed", "actor", "via", "reason", "request_id")
    readonly_fields = ("is_passed",)

    @admin.display(description="Passed through")
    def is_passed(self, step: Change) -> str:
        return "yes" if step.passed_through else ""  # Django's red cross would look like a failure


class StepForm(ActionForm):
    """What the actions need besides the chosen orders."""

    target = forms.ChoiceField(
        label="To status", required=False, choices=[("", "—"), *((one.value, one.label) for one in Status)]
    )
    reason = forms.CharField(label="Reason", required=False, max_length=500)


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = OrderForm
    object_history_template = "orders/history.html"
    action_form = StepForm
    list_display = ("id", "customer_name", "status_label", "total_text", "created_at")
    list_display_links = ("id", "customer_name")
    list_filter = ("status", "created_at", "client")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=id", "customer_name", "customer_email", "reference")
    date_hierarchy = None
    inlines = (Lines, History)
    readonly_fields = (
        "id", "client", "customer", "customer_name", "customer_email", "status_label", "total_text", "reference",
        "version", "created_at", "updated_at",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("id", "status_label", "total_text", "new_status", "reason")}),
        ("Tracking", {"fields": ("carrier", "tracking_number", "tracking_url", "seen_version")}),
        ("Customer", {"fields": ("client", "customer", "customer_name", "customer_email", "reference")}),
        ("Times", {"fields": ("created_at", "updated_at", "version")}),
    )
    actions = ("take_next_step", "advance_to", "cancel")

    class Media:
        css: ClassVar = {"all": ("orders/admin.css",)}

    @admin.display(description="Status", ordering="status")
    def status_label(self, order: Order) -> str:
        return order.state.label

    @admin.display(description="Total", ordering="total")
    def total_text(self, order: Order) -> str:
        return f"{order.total} {order.currency}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_advance_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.advance_order") or self.has_change_permission(request)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.cancel_order")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look is not shown what is there for changing."""
        if self.has_change_permission(request, obj):
            return self.fieldsets
        asked = ("new_status", "reason", "seen_version")
        return [
            (title, {"fields": tuple(name for name in options["fields"] if name not in asked)})
            for title, options in self.fieldsets
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"may_cancel": self.has_cancel_permission(request)})

    def save_model(self, request: HttpRequest, obj: Order, form: Any, change: bool) -> None:
        """The form has done it, under the row lock; nothing else of the order may be saved."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return super().construct_change_message(request, form, [], add)

    def response_change(self, request: HttpRequest, obj: Order) -> Any:
        obj.refresh_from_db()
        return super().response_change(request, obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        OrderForm.author.set(change.Author(request.user.get_username(), "admin"))
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What became of the order, whoever did it and from where; Django's own knows only of this admin."""
        steps = Change.objects.filter(order=int(object_id)) if object_id.isdecimal() else Change.objects.none()
        return super().history_view(request, object_id, {"steps": steps, **(extra_context or {})})

    @admin.action(description="Take the next step", permissions=["advance"])
    def take_next_step(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        author, reason = self._author(request), _reason(request)
        self._each(request, chosen, lambda order: change.advance(order, author, reason))

    @admin.action(description="Advance to the status chosen here", permissions=["advance"])
    def advance_to(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        target = _target(request)
        if target is None or target is Status.CANCELLED:
            self.message_user(request, "Choose the status to advance to.", messages.WARNING)
            return
        author, reason = self._author(request), _reason(request)
        self._each(request, chosen, lambda order: change.set_status(order, target, author, through=True, reason=reason))

    @admin.action(description="Cancel", permissions=["cancel"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        author, reason = self._author(request), _reason(request)
        self._each(request, chosen, lambda order: change.set_status(order, Status.CANCELLED, author, reason=reason))

    def _author(self, request: HttpRequest) -> change.Author:
        return change.Author(request.user.get_username(), "admin")

    def _each(self, request: HttpRequest, chosen: QuerySet[Order], act: Callable[[Order], None]) -> None:
        """Each order in a transaction of its own: one that is refused keeps none of the others back."""
        done = 0
        for order_id in chosen.order_by("id").values_list("pk", flat=True):
            try:
                with writing():
                    act(change.locked(order_id))
                done += 1
            except BlueprintsError as error:
                self.message_user(request, f"Order {order_id}: {error}", messages.ERROR)
        if done:
            self.message_user(request, f"{done} {'order' if done == 1 else 'orders'} changed.", messages.SUCCESS)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


def _target(request: HttpRequest) -> Status | None:
    text = request.POST.get("target", "")
    return Status(int(text)) if text in {str(one.value) for one in Status} else None


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("customer_id", "name", "email", "client", "updated_at")
    list_select_related = ("client",)
    list_filter = ("client",)
    search_fields = ("=customer_id", "name", "email")
    fields = readonly_fields = ("customer_id", "client", "name", "email", "locale", "updated_at", "orders")

    @admin.display(description="Orders")
    def orders(self, customer: Customer) -> str:
        address = reverse("admin:orders_order_changelist")
        return format_html('<a href="{}?customer__id__exact={}">{}</a>', address, customer.pk, customer.orders.count())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
