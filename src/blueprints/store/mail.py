"""Account mails, sent by the notifier so that there is one record of all mail."""

from __future__ import annotations

import logging
import secrets
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from blueprints import http
from blueprints.errors import BlueprintsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage

log = logging.getLogger(__name__)
PATIENCE_S = 5.0


class NotifierBackend(BaseEmailBackend):
    """Hands each mail to the notifier; a notifier that is away costs the mail, never the page that sends it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many the notifier has taken."""
        config = settings.SERVICE_CONFIG
        if not config.notifier_url:
            return _to_files(email_messages)
        headers = {"Authorization": f"Bearer {config.notifier_api_key}"}
        with http.client(
            "notifier", base_url=config.notifier_url, timeout_s=PATIENCE_S, retries=0, headers=headers
        ) as client:
            return sum(_taken(client, body) for message in email_messages for body in _bodies(message))


def _bodies(message: EmailMessage) -> list[dict[str, Any]]:
    """The mail as the notifier takes it, once for each recipient."""
    html = next((part for part, kind in getattr(message, "alternatives", ()) if kind == "text/html"), None)
    common = {"subject": message.subject, "text": message.body, "sensitive": True} | ({"html": html} if html else {})
    recipients = (parseaddr(recipient) for recipient in message.recipients())
    return [
        common | {"to": {"name": name, "address": address} if name else {"address": address}}
        for name, address in recipients
    ]


def _taken(client: Any, body: dict[str, Any]) -> bool:
    try:
        response = client.post("/api/v1/mails", json=body, headers={"Idempotency-Key": secrets.token_hex(16)})
    except BlueprintsError as error:
        log.warning("an account mail was not sent: %s", error)
        return False
    if response.status_code not in {200, 202}:
        log.warning("an account mail was not sent: the notifier answered %s", response.status_code)
        return False
    return True


def _to_files(messages: Sequence[EmailMessage]) -> int:
    from django.core.mail.backends.filebased import EmailBackend

    return EmailBackend(file_path=str(getattr(settings, "EMAIL_FILE_PATH", ""))).send_messages(messages) or 0
