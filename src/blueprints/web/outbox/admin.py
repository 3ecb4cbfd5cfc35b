"""Events, deliveries and subscribers in the admin."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from blueprints.errors import ConfigError
from blueprints.web import webhooks
from blueprints.web.outbox import subscribers
from blueprints.web.outbox.models import WAITING, Delivery, Event, Subscriber


class OfPublishers(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Offered in the admin of services that publish events, and nowhere else."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        publishes = "blueprints.web.outbox.relay:run" in settings.SERVICE.children
        return publishes and super().has_module_permission(request)


class DeliveryInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = Delivery
    extra = 0
    can_delete = False
    fields = readonly_fields = ("subscriber", "state", "attempts", "next_attempt_at", "last_status", "last_error")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(OfPublishers):
    list_display = ("type", "key", "created_at", "uid")
    list_filter = ("type", "created_at")
    search_fields = ("uid", "key")
    fields = readonly_fields = ("uid", "type", "key", "created_at", "content")
    inlines = (DeliveryInline,)

    @admin.display(description="Body")
    def content(self, event: Event) -> str:
        return format_html("<pre>{}</pre>", json.dumps(json.loads(event.body), indent=2, ensure_ascii=False))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(OfPublishers):
    list_display = ("event_type", "key", "state", "subscriber", "attempts", "answer", "due")
    list_filter = ("state", "subscriber")
    search_fields = ("event__uid", "=key")
    list_select_related = ("event", "subscriber")
    fields = readonly_fields = (
        "event", "subscriber", "state", "attempts", "next_attempt_at", "last_status", "last_error", "delivered_at"
    )  # fmt: skip
    actions = ("requeue",)

    @admin.display(description="Event")
    def event_type(self, delivery: Delivery) -> str:
        return delivery.event.type

    @admin.display(description="Last answer")
    def answer(self, delivery: Delivery) -> str:
        return Truncator(delivery.last_error or str(delivery.last_status or "")).chars(60)

    @admin.display(description="Next attempt")
    def due(self, delivery: Delivery) -> datetime | None:
        return delivery.next_attempt_at if delivery.state == WAITING else None

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """There is nothing to save: a delivery is looked at, or chosen in the list and tried again."""
        context = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description="Try the chosen dead deliveries again", permissions=["change"])
    def requeue(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        count = subscribers.requeue(deliveries)
        if count:
            what = "delivery is" if count == 1 else "deliveries are"
            self.message_user(request, f"{count} {what} tried again.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these is dead: there is nothing to try again.", messages.WARNING)


class SubscriberForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    events = forms.CharField(initial="*", help_text="Types of events, separated by blanks: order.shipped order.*")

    class Meta:
        model = Subscriber
        fields = ("name", "url", "enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["events"] = self.instance.patterns.strip()

    def clean_events(self) -> list[str]:
        try:
            return subscribers.checked_patterns(self.cleaned_data["events"].split())
        except ConfigError as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(Subscriber)
class SubscriberAdmin(OfPublishers):
    form = SubscriberForm
    list_display = ("name", "url", "event_list", "enabled", "origin", "created_at")
    actions = ("rotate",)

    @admin.display(description="Events")
    def event_list(self, subscriber: Subscriber) -> str:
        return ", ".join(subscriber.events)

    @admin.display(description="From", ordering="pinned")
    def origin(self, subscriber: Subscriber) -> str:
        return "configuration" if subscriber.pinned else "admin or API"

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        obj.events = form.cleaned_data["events"]
        if not obj.secret:
            obj.secret = webhooks.new_secret()
            self.message_user(request, f"The signing secret, shown this once: {obj.secret}", level="warning")
        super().save_model(request, obj, form, change)

    @admin.action(description="Rotate the signing secret", permissions=["change"])
    def rotate(self, request: HttpRequest, chosen: QuerySet[Subscriber]) -> None:
        for subscriber in chosen:
            secret = subscribers.rotate(subscriber)
            self.message_user(request, f"New secret of {subscriber}, shown this once: {secret}", level="warning")
