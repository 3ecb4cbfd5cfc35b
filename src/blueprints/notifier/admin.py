"""Admin pages: mails and what may be done with them, and suppressions."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.notifier import actions, addresses, reading
from blueprints.notifier.core.suppression import address_key
from blueprints.notifier.models import Mail, Pause, Suppression

if TYPE_CHECKING:
    from django.db.models import QuerySet


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Everything is read-only: a record says what happened, and only the actions change it."""

    list_display = ("words", "outcome", "addressee", "order_id", "created_at")
    list_filter = ("state", "kind", "channel", "source", "created_at")
    search_fields = ("id", "=order_id", "to_key", "=event_id")
    search_help_text = "Id, order, address or event"
    actions = ("resend", "resolve_sent", "resolve_dead", "resolve_resend", "suppress")
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("kind", "state", "reason", "recipient", "subject", "order_id", "locale")}),
        ("Where it came from", {"fields": ("source", "event_id", "resent_from", "created_at")}),
        (
            "How it went",
            {"fields": ("channel", "attempt_list", "next_attempt", "sent_at", "message_id", "provider_id")},
        ),
        ("What it says", {"fields": ("template", "page", "text")}),
    )

    class Media:
        css: ClassVar = {"all": ["notifier/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        """Not without that very permission, as for the mailbox: a mail holds what a customer bought."""
        return request.user.has_perm("notifier.view_mail")

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return request.user.has_perms(["notifier.view_mail", "notifier.change_mail"])

    def has_suppress_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifier.add_suppression")

    def get_readonly_fields(self, request: HttpRequest, obj: Mail | None = None) -> tuple[str, ...]:
        return tuple(str(field) for _, part in self.fieldsets for field in part["fields"])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {
            "title": "Mail",
            "show_save": False,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        page = super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})
        page["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY  # the admin's own forbids the mail's frame
        return page

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_view_permission(request):
            for text in banners():
                messages.warning(request, text)
        return super().changelist_view(request, {"title": "Mails", **(extra_context or {})})

    @admin.display(description="kind", ordering="kind")
    def words(self, mail: Mail) -> str:
        """As words, which fit a narrow column."""
        return mail.kind.replace("_", " ")

    @admin.display(description="state", ordering="state")
    def outcome(self, mail: Mail) -> str:
        """The state, and below it what there is to say of it."""
        attempts = f"{len(mail.attempts)} attempts" if len(mail.attempts) > 1 else ""
        notes = [note for note in (attempts, Truncator(mail.reason or "").chars(80)) if note]
        return format_html(
            "{}{}", mail.state, format_html_join("", '<div class="mail-note">{}</div>', ((note,) for note in notes))
        )

    @admin.display(description="recipient", ordering="to_key")
    def addressee(self, mail: Mail) -> str:
        return _person(Truncator(mail.to_name).chars(40), mail.to_address)

    @admin.display(description="recipient")
    def recipient(self, mail: Mail) -> str:
        return _person(mail.to_name, mail.to_address)

    @admin.display(description="next attempt")
    def next_attempt(self, mail: Mail) -> Any:
        return mail.due_at if mail.state == "failed" else "-"

    @admin.display(description="attempts")
    def attempt_list(self, mail: Mail) -> str:
        rows = (
            (_moment(each["at"]), each["result"], f"{each['code']} {each['text']}".strip()) for each in mail.attempts
        )
        return format_html_join("", "<div>{} <strong>{}</strong> {}</div>", rows) or "none yet"

    @admin.display(description="page")
    def page(self, mail: Mail) -> str:
        if reading.opened(mail.id) is None:
            return "not rendered yet, or erased"
        frame = '<iframe class="mail" sandbox src="{}" title="The mail as a page"></iframe>'
        return format_html(frame, reverse("mailbox-page", args=[mail.id]))

    @admin.display(description="text")
    def text(self, mail: Mail) -> str:
        opened = reading.opened(mail.id)
        return format_html('<pre class="mail-text">{}</pre>', opened.text) if opened else ""

    @admin.action(description="Send again", permissions=["change"])
    def resend(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> None:
        self._each(request, queryset, lambda mail: f"Mail {mail.id} is sent again as {actions.resend(mail.id).id}")

    @admin.action(description="Resolve: it was sent", permissions=["change"])
    def resolve_sent(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> None:
        self._each(request, queryset, lambda mail: f"Mail {actions.resolve(mail.id, 'sent').id} counts as sent")

    @admin.action(description="Resolve: it was not sent", permissions=["change"])
    def resolve_dead(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> None:
        self._each(request, queryset, lambda mail: f"Mail {actions.resolve(mail.id, 'dead').id} counts as not sent")

    @admin.action(description="Resolve: send again", permissions=["change"])
    def resolve_resend(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> None:
        self._each(request, queryset, lambda mail: f"Mail {mail.id} is {actions.resolve(mail.id, 'resend').reason}")

    @admin.action(description="No more mail to these addresses", permissions=["suppress"])
    def suppress(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> None:
        def act(mail: Mail) -> str:
            actions.suppress(mail.to_address, "staff", f"by {request.user.get_username()}")
            return f"No more mail goes to {mail.to_address}"

        self._each(request, queryset, act)

    def _each(self, request: HttpRequest, queryset: "QuerySet[Mail]", act: Callable[[Mail], str]) -> None:
        for mail in queryset:
            try:
                done = act(mail)
                messages.success(request, done)
                self.log_change(request, mail, done)
            except BlueprintsError as error:
                messages.error(request, str(error))


def _moment(text: str) -> str:
    """A time of the record, to the second."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"


def _person(name: str, address: str) -> str:
    return format_html("<bdi>{}</bdi> &lt;{}&gt;", name, address) if name else address


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    list_display = ("address", "cause", "note", "created_at")
    list_filter = ("cause",)
    search_fields = ("address",)
    fields = ("address", "note")

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Suppression | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "address" in form.base_fields:
            form.base_fields["address"].validators.append(_check_address)
        return form

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        address = address_key(addresses.normalised(obj.address))
        found, _ = Suppression.objects.get_or_create(address=address, cause="staff", defaults={"note": obj.note})
        obj.pk, obj.address, obj.cause = found.pk, found.address, found.cause


def _check_address(address: str) -> None:
    from django.core.exceptions import ValidationError

    try:
        addresses.normalised(address)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def banners() -> list[str]:
    """What staff should know at first sight."""
    found = [
        f"The channel {pause.channel} rests until {pause.until:%H:%M:%S} UTC: {pause.reason}"
        for pause in Pause.objects.filter(until__gt=clock.now())
    ]
    unknown = Mail.objects.filter(state="unknown").count()
    if unknown:
        found.append(
            f"The fate of {unknown} mails is unknown: look them up, then resolve them."
            if unknown > 1
            else "The fate of 1 mail is unknown: look it up, then resolve it."
        )
    failed = Mail.objects.filter(state="failed").order_by("-id")
    latest = failed.first()
    if latest is not None:
        count = failed.count()
        what = (
            f"{count} mails wait for another attempt, the newest" if count > 1 else "1 mail waits for another attempt"
        )
        found.append(f"{what} because of: {latest.reason}")
    return found
