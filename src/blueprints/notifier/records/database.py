"""Mails in the service's own database, by Django."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.identity import mail_id as new_id
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import DUE, Settled
from blueprints.notifier.core.suppression import address_key
from blueprints.notifier.ledger import Ledger
from blueprints.notifier.models import Content, Mail, Suppression
from blueprints.notifier.records import Claim, Work, attempt
from blueprints.web.database import writing

_ledger = Ledger(writing)
"""Of the whole process, as its lock is."""


class Records:
    def add(self, draft: Draft, now: datetime) -> tuple[str, bool]:
        """Must run inside a transaction of the caller, who may write more in it."""
        mail = _row(draft, now)
        if draft.event_id is None:
            mail.save(force_insert=True)
        else:
            Mail.objects.bulk_create([mail], ignore_conflicts=True)
            kept = Mail.objects.filter(
                source=draft.source, event_id=draft.event_id, kind=draft.kind, to_key=mail.to_key
            ).values_list("id", flat=True)[0]
            if kept != mail.id:
                return kept, False
        erased = draft.sensitive and draft.stillborn
        variables = "{}" if erased else json.dumps(draft.variables, default=str, ensure_ascii=False)
        Content.objects.bulk_create([Content(mail_id=mail.id, variables=variables)])
        return mail.id, True

    def work(self, mail_id: str) -> Work | None:
        content = Content.objects.select_related("mail").filter(mail_id=mail_id, mail__state__in=DUE).first()
        if content is None:
            return None
        mail = content.mail
        return Work(
            id=mail.id,
            kind=mail.kind,
            template=mail.wanted,
            locale=mail.locale,
            to_name=mail.to_name,
            to_address=mail.to_address,
            variables=json.loads(content.variables),
            attempts=len(mail.attempts),
            raw=None if content.raw is None else bytes(content.raw),
        )

    def due(self, now: datetime, limit: int, busy: set[str]) -> list[str]:
        """Ids of mails whose time has come, longest waiting first, without those a thread already has in hand."""
        found = Mail.objects.filter(due_at__lte=now).order_by("due_at").values_list("id", flat=True)
        return [each for each in found[: limit + len(busy)] if each not in busy][:limit]

    def causes(self, address: str) -> set[str]:
        return set(Suppression.objects.filter(address=address_key(address)).values_list("cause", flat=True))

    def claim(self, mail_id: str, claim: Claim, now: datetime) -> bool:
        first = {
            "message_id": claim.message_id,
            "subject": claim.subject,
            "template": claim.template,
        }
        changes: dict[str, Any] = {
            "state": "sending",
            "sender": claim.sender,
            "lease_until": claim.lease_until,
            "channel": claim.channel,
            "due_at": None,
            **(first if claim.raw is not None else {}),
        }

        def write() -> bool:
            if not Mail.objects.filter(id=mail_id, state__in=DUE, due_at__lte=now).update(**changes):
                return False
            if claim.raw is not None:
                Content.objects.filter(mail_id=mail_id).update(raw=claim.raw)
            return True

        return _ledger.do(write)

    def settle(self, mail_id: str, sender: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        return _ledger.do(lambda: _settle(Q(state="sending", sender=sender), mail_id, settled, outcome, now))

    def refuse(self, mail_id: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        return _ledger.do(lambda: _settle(Q(state__in=DUE), mail_id, settled, outcome, now))

    def suppress(self, address: str, cause: str, note: str, now: datetime) -> None:
        row = Suppression(address=address_key(address), cause=cause, note=note, created_at=now)
        _ledger.do(lambda: Suppression.objects.bulk_create([row], ignore_conflicts=True))


def _row(draft: Draft, now: datetime) -> Mail:
    return Mail(
        id=new_id(int(now.timestamp() * 1000), secrets.randbits(80)),
        kind=draft.kind,
        state="dead" if draft.stillborn else "queued",
        reason=draft.stillborn,
        to_name=draft.to_name,
        to_address=draft.to_address,
        to_key=address_key(draft.to_address),
        locale=draft.locale,
        wanted=draft.template,
        source=draft.source,
        event_id=draft.event_id,
        order_id=draft.order_id,
        resent_from=draft.resent_from,
        sensitive=draft.sensitive,
        created_at=now,
        due_at=None if draft.stillborn else now,
    )


def _settle(while_: Q, mail_id: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
    mail = Mail.objects.filter(while_, id=mail_id).only("attempts", "sensitive").first()
    if mail is None:
        return False
    changes: dict[str, Any] = {
        "state": settled.state,
        "reason": settled.reason,
        "due_at": settled.due_at,
        "sender": None,
        "lease_until": None,
    }
    if settled.counts:
        changes["attempts"] = [*mail.attempts, attempt(outcome, now)]
    if settled.state == "sent":
        changes |= {"sent_at": now, "provider_id": outcome.provider_id}
    changed = Mail.objects.filter(while_, id=mail_id).update(**changes)
    if changed and mail.sensitive and settled.state in ("sent", "dead"):
        erase(mail_id)
    return bool(changed)


def erase(mail_id: str) -> None:
    """Forget data and text of a sensitive mail; that it was sent stays known."""
    Content.objects.filter(mail_id=mail_id).update(variables="{}", raw=None)


def purge(now: datetime, days: int, limit: int = 500) -> int:
    """Delete mails in a final state that are older than `days`; at most `limit` at once, so that no one waits long."""
    old = new_id(int((now - timedelta(days=days)).timestamp() * 1000), 0)
    ids = list(
        Mail.objects.filter(id__lt=old, state__in=("sent", "dead", "unknown")).values_list("id", flat=True)[:limit]
    )
    with writing():
        Content.objects.filter(mail_id__in=ids).delete()
        Mail.objects.filter(id__in=ids).delete()
    return len(ids)
