"""Account mails, sent by the notifier so that there is one record of all mail.

A page that sends a mail only writes it down; a process beside the shop hands it over, again and again until the
notifier has taken it. So a notifier that is away costs no mail, a slow one no page, and how long a page takes does not
tell whether an address has an account.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from blueprints import clock, http
from blueprints.errors import BlueprintsError
from blueprints.store.core import retrying

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from threading import Event

    from django.core.mail import EmailMessage

    from blueprints.store.models import WaitingMail

log = logging.getLogger(__name__)
PATIENCE_S = 5.0
PAUSE_S = 0.5
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=1)
"""Links in account mails are of no use much later; a mail that cannot be handed over so long is given up."""
BATCH = 20


class NotifierBackend(BaseEmailBackend):
    """Writes each mail down for the notifier; without a notifier mails become files."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many mails were written down."""
        from blueprints.store.models import WaitingMail

        if not settings.SERVICE_CONFIG.notifier_url:
            return _to_files(email_messages)
        bodies = [body for message in email_messages for body in _bodies(message)]
        WaitingMail.objects.bulk_create([WaitingMail(key=secrets.token_hex(16), body=body) for body in bodies])
        return len(bodies)


def _bodies(message: EmailMessage) -> list[dict[str, Any]]:
    """The mail as the notifier takes it, once for each recipient."""
    html = next((part for part, kind in getattr(message, "alternatives", ()) if kind == "text/html"), None)
    common = {"subject": message.subject, "text": message.body, "sensitive": True} | ({"html": html} if html else {})
    recipients = (parseaddr(recipient) for recipient in message.recipients())
    return [
        common | {"to": {"name": name, "address": address} if name else {"address": address}}
        for name, address in recipients
    ]


def run(stop: Event) -> None:
    """Hand mails over until told to stop. A database that is away is waited for."""
    from django.db import DatabaseError, close_old_connections

    while not stop.is_set():
        try:
            hand_over(clock.now())
        except DatabaseError as error:
            log.warning("account mails cannot be read: %s", error)
            close_old_connections()
        stop.wait(PAUSE_S)


def hand_over(now: datetime) -> int:
    """Give the notifier the mails that are due; how many it has taken."""
    from blueprints.store.models import WaitingMail

    config = settings.SERVICE_CONFIG
    due = list(WaitingMail.objects.filter(next_attempt_at__lte=now)[:BATCH]) if config.notifier_url else []
    if not due:
        return 0
    headers = {"Authorization": f"Bearer {config.notifier_api_key}"}
    with http.client(
        "notifier", base_url=config.notifier_url, timeout_s=PATIENCE_S, retries=0, headers=headers
    ) as client:
        return sum(_handed(client, mail, now) for mail in due)


def _handed(client: Any, mail: WaitingMail, now: datetime) -> bool:
    row = type(mail).objects.filter(pk=mail.pk, next_attempt_at=mail.next_attempt_at)
    if not row.update(next_attempt_at=clock.now() + LEASE):  # another process has it
        return False
    trouble, is_final = _asked(client, mail)
    row = type(mail).objects.filter(pk=mail.pk)
    if not trouble:
        row.delete()
    elif is_final or now - mail.created_at > KEPT:
        log.error("an account mail is given up: %s", trouble)
        row.delete()
    else:
        log.warning("an account mail waits: %s", trouble)
        wait = retrying.delay(mail.attempts + 1, secrets.randbelow(1001) / 1000)
        row.update(attempts=mail.attempts + 1, next_attempt_at=clock.now() + wait)
    return not trouble


def _asked(client: Any, mail: WaitingMail) -> tuple[str, bool]:
    """What went wrong, and whether asking again cannot help."""
    try:
        response = client.post("/api/v1/mails", json=mail.body, headers={"Idempotency-Key": mail.key})
    except BlueprintsError as error:
        return str(error), False
    if response.status_code in {200, 201, 202}:
        return "", False
    return f"the notifier answered {response.status_code}", retrying.refused(response.status_code)


def _to_files(messages: Sequence[EmailMessage]) -> int:
    from django.core.mail.backends.filebased import EmailBackend

    return EmailBackend(file_path=str(getattr(settings, "EMAIL_FILE_PATH", ""))).send_messages(messages) or 0
