"""Events, deliveries and subscribers in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from blueprints.errors import ConfigError
from blueprints.web import webhooks
from blueprints.web.outbox import subscribers
from blueprints.web.outbox.models import Delivery, Event, Subscriber


class DeliveryInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = Delivery
    extra = 0
    can_delete = False
    fields = readonly_fields = ("subscriber", "state", "attempts", "next_attempt_at", "last_status", "last_error")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("uid", "type", "key", "created_at")
    list_filter = ("type", "created_at")
    search_fields = ("uid", "key")
    fields = readonly_fields = ("uid", "type", "key", "body", "created_at")
    inlines = (DeliveryInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("event", "subscriber", "state", "attempts", "next_attempt_at", "last_status", "last_error")
    list_filter = ("state", "subscriber")
    list_select_related = ("event", "subscriber")
    fields = readonly_fields = (
        "event", "subscriber", "state", "attempts", "next_attempt_at", "last_status", "last_error", "delivered_at"
    )  # fmt: skip
    actions = ("requeue",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description="Try the chosen dead deliveries again", permissions=["change"])
    def requeue(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        self.message_user(request, f"{subscribers.requeue(deliveries)} deliveries are tried again.")


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
class SubscriberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = SubscriberForm
    list_display = ("name", "url", "event_list", "enabled", "pinned", "created_at")
    actions = ("rotate",)

    @admin.display(description="Events")
    def event_list(self, subscriber: Subscriber) -> str:
        return ", ".join(subscriber.events)

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
