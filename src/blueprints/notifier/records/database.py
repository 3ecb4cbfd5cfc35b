"""Mails in the service's own database, by Django."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.identity import mail_id as new_id
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import Settled
from blueprints.notifier.core.suppression import address_key
from blueprints.notifier.insistence import insisted
from blueprints.notifier.models import Content, Mail, Suppression
from blueprints.notifier.records import Claim, Result, Work, attempt
from blueprints.notifier.records import statements as sql
from blueprints.web.database import writing
from blueprints.web.ledger import Shared

together = Shared(writing).do
"""Run a function in a transaction, shared with what other threads of this process write at the moment."""


class Records:
    def add(self, draft: Draft, now: datetime) -> tuple[str, bool]:
        """Must run inside a transaction of the caller, who may write more in it."""
        mail_id = new_id(int(now.timestamp() * 1000), secrets.randbits(80))
        if not sql.changed(sql.INSERT, _values(mail_id, draft, now)):
            event = (draft.source, draft.event_id, draft.kind, address_key(draft.to_address))
            return str(sql.rows(sql.KEPT, event)[0][0]), False
        erased = draft.sensitive and draft.stillborn
        variables = "{}" if erased else json.dumps(draft.variables, default=str, ensure_ascii=False)
        sql.changed(sql.CONTENT, (mail_id, variables))
        return mail_id, True

    def work(self, mail_id: str) -> Work | None:
        found = sql.rows(sql.WORK, (mail_id,))
        if not found:
            return None
        kind, wanted, locale, to_name, to_address, attempts, variables, raw, suppressed = found[0]
        return Work(
            id=mail_id,
            kind=kind,
            template=wanted,
            locale=locale,
            to_name=to_name,
            to_address=to_address,
            variables=json.loads(variables),
            attempts=len(sql.listed(attempts)),
            raw=None if raw is None else bytes(raw),
            suppressed=bool(suppressed),
        )

    def due(self, now: datetime, limit: int, busy: set[str]) -> list[str]:
        """Ids of mails whose time has come, longest waiting first, without those a thread already has in hand."""
        found = [row[0] for row in sql.rows(sql.DUE, (sql.moment(now), limit + len(busy)))]
        return [each for each in found if each not in busy][:limit]

    def causes(self, address: str) -> set[str]:
        return {row[0] for row in sql.rows(sql.CAUSES, (address_key(address),))}

    def claim(self, mail_id: str, claim: Claim, now: datetime, former: Result | None = None) -> bool:
        lease = (claim.sender, sql.moment(claim.lease_until), claim.channel)
        which = (mail_id, sql.moment(now))

        def write() -> bool:
            if former is not None:
                _settle_claimed(former)
            if claim.raw is None:
                return bool(sql.changed(sql.CLAIM, (*lease, *which)))
            rendered = (claim.message_id, claim.subject, claim.template)
            taken = sql.changed(sql.FIRST_CLAIM, (*lease, *rendered, *which))
            return bool(taken and sql.changed(sql.RAW, (claim.raw, mail_id)))

        return together(write)

    def settle(self, mail_id: str, sender: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        """Waits for a database that is away: a result that is lost makes the mail's fate unknown."""
        result = Result(mail_id, sender, settled, outcome, now)
        return insisted(lambda: together(lambda: _settle_claimed(result)))

    def refuse(self, mail_id: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        return together(lambda: _settle(sql.WAITING, (), Result(mail_id, "", settled, outcome, now)))

    def suppress(self, address: str, cause: str, note: str, now: datetime) -> None:
        row = Suppression(address=address_key(address), cause=cause, note=note, created_at=now)
        together(lambda: Suppression.objects.bulk_create([row], ignore_conflicts=True))


def _values(mail_id: str, draft: Draft, now: datetime) -> tuple[Any, ...]:
    """In the order of `statements.INSERT`."""
    return (
        mail_id,
        draft.kind,
        "dead" if draft.stillborn else "queued",
        draft.stillborn,
        draft.to_name,
        draft.to_address,
        address_key(draft.to_address),
        draft.locale,
        draft.template,
        draft.source,
        draft.event_id,
        draft.order_id,
        draft.resent_from,
        draft.sensitive,
        sql.moment(now),
        None if draft.stillborn else sql.moment(now),
        "[]",
    )


def _settle_claimed(result: Result) -> bool:
    """At a first attempt one statement is enough; else what is known of the mail is read before it is changed."""
    if result.settled.state != "unknown" and _written(sql.FIRST_CLAIMED, (result.sender,), result, []):
        return True
    return _settle(sql.CLAIMED, (result.sender,), result)


def _settle(while_: str, values: tuple[str, ...], result: Result) -> bool:
    before = sql.rows(sql.BEFORE + while_, (result.mail_id, *values))
    if not before or not _written(while_, values, result, sql.listed(before[0][0])):
        return False
    if before[0][1] and result.settled.state in ("sent", "dead"):
        erase(result.mail_id)
    return True


def _written(while_: str, values: tuple[str, ...], result: Result, former: list[dict[str, Any]]) -> bool:
    """Write a result behind the attempts there were before; False when the mail is not as `while_` says."""
    settled, outcome, at = result.settled, result.outcome, result.at
    is_sent = settled.state == "sent"
    changes = (
        settled.state,
        settled.reason,
        sql.moment(settled.due_at),
        values[0] if settled.state == "unknown" and values else None,  # its sender may still bring the answer
        json.dumps([*former, attempt(outcome, at)] if settled.counts else former),
        sql.moment(at) if is_sent else None,
        outcome.provider_id if is_sent else None,
    )
    return bool(sql.changed(sql.SETTLE + while_, (*changes, result.mail_id, *values)))


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
