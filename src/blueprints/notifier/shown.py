"""A mail as every answer shows it, and the questions its list answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueprints.notifier.core.identity import mail_id
from blueprints.notifier.core.suppression import address_key
from blueprints.notifier.models import Mail
from blueprints.notifier.records import rfc3339

if TYPE_CHECKING:
    from django.db.models import QuerySet


def mail(found: Mail) -> dict[str, Any]:
    """All keys always there; `next_attempt_at` only while another attempt is planned."""
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "to": {"name": found.to_name, "address": found.to_address},
        "subject": found.subject,
        "source": found.source,
        "event_id": found.event_id,
        "order_id": found.order_id,
        "locale": found.locale,
        "template": found.template,
        "channel": found.channel,
        "message_id": found.message_id,
        "provider_id": found.provider_id,
        "reason": found.reason,
        "attempts": found.attempts,
        "next_attempt_at": rfc3339(found.due_at) if found.state == "failed" else None,
        "resent_from": found.resent_from,
        "created_at": rfc3339(found.created_at),
        "sent_at": rfc3339(found.sent_at),
    }


@dataclass(frozen=True)
class Question:
    """Which mails are wanted; None and empty mean any."""

    state: str = ""
    kind: str = ""
    to: str = ""
    order_id: int | None = None
    event_id: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None
    before: str = ""
    """Id of the last mail of the page before."""

    def mails(self) -> "QuerySet[Mail]":
        """Newest first. Ids begin with the time of creation, so that one index serves both order and period."""
        wanted: dict[str, Any] = {
            "state": self.state,
            "kind": self.kind,
            "to_key": address_key(self.to),
            "order_id": self.order_id,
            "event_id": self.event_id,
            "id__lt": self.before,
        }
        found = Mail.objects.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})
        if self.created_from is not None:
            found = found.filter(id__gte=_first_id(self.created_from), created_at__gte=self.created_from)
        if self.created_to is not None:
            found = found.filter(id__lt=_first_id(self.created_to, 1), created_at__lte=self.created_to)
        return found.order_by("-id")


def _first_id(time: datetime, later_ms: int = 0) -> str:
    return mail_id(max(0, int(time.timestamp() * 1000) + later_ms), 0)
