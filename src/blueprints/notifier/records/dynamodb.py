"""Mails in one DynamoDB table, for Lambda.

Items by `id`: a mail; `event#…` and `key#…`, which name the mail that an event or an Idempotency-Key made;
`suppressed#<address>`. What is conditional or searched stands in attributes of its own, the rest as JSON in `mail`. The
index `open-due` holds what is not final: `due` is the next attempt of a waiting mail, the end of the lease of a claimed
one. `expires` is for DynamoDB's own deletion.
"""

import contextlib
import json
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from blueprints.errors import ConfigError
from blueprints.notifier import aws
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.identity import mail_id as new_id
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import DUE, Settled
from blueprints.notifier.core.suppression import address_key
from blueprints.notifier.records import Claim, Result, Work, attempt, rfc3339

INDEX = "open-due"
_OPEN = "1"
_WAITING = "#state IN (:queued, :failed)"
_WAITING_VALUES = {":queued": {"S": "queued"}, ":failed": {"S": "failed"}}


@dataclass(frozen=True)
class Settings:
    table: Annotated[str, "Table with the mails."] = ""
    region: Annotated[str, "Region of the table; empty for the environment's."] = ""
    base_url: Annotated[str, "Address of DynamoDB; empty for the region's own."] = ""


class KeyReused(Exception):
    """An Idempotency-Key that stood for another request."""


@dataclass(frozen=True)
class Key:
    """An Idempotency-Key of a client, and the digest of the request it stands for."""

    name: str
    digest: str


class Records:
    def __init__(self, settings: Settings, retention: timedelta = timedelta(days=90)) -> None:
        if not settings.table:
            raise ConfigError("notifier.dynamodb.table is not set: name the table with the mails")
        self._table = settings.table
        self._retention = retention
        self._db = aws.client("dynamodb", settings.region, settings.base_url, timeout_s=5)

    def add(self, draft: Draft, now: datetime, key: Key | None = None) -> tuple[str, bool]:
        """Raises KeyReused."""
        found = self._by_names(_names(draft, key), key)
        if found is not None:
            return found, False
        mail = _mail(draft, now)
        puts = [self._put(_item(mail, draft, self._expires(now)))]
        for name in _names(draft, key):
            pointer = {"id": {"S": name}, "mail_id": {"S": mail["id"]}, "expires": {"N": self._expires(now)}}
            if key is not None and name == key.name:
                pointer["digest"] = {"S": key.digest}
            puts.append(self._put(pointer))
        try:
            self._db.transact_write_items(TransactItems=puts)
        except self._db.exceptions.TransactionCanceledException:
            found = self._by_names(_names(draft, key), key)
            if found is None:
                raise
            return found, False
        return mail["id"], True

    def get(self, mail_id: str) -> dict[str, Any] | None:
        """A mail as the API shows it."""
        item = self._get(mail_id)
        if item is None or "mail" not in item:
            return None
        return {**json.loads(item["mail"]["S"]), "state": item["state"]["S"]}

    def work(self, mail_id: str) -> Work | None:
        item = self._get(mail_id)
        if item is None or item.get("state", {}).get("S") not in DUE:
            return None
        mail = json.loads(item["mail"]["S"])
        wanted = json.loads(item["wanted"]["S"])
        return Work(
            id=mail_id,
            kind=mail["kind"],
            template=wanted["template"],
            locale=mail["locale"],
            to_name=mail["to"]["name"],
            to_address=mail["to"]["address"],
            variables=wanted["variables"],
            attempts=len(mail["attempts"]),
            raw=zlib.decompress(item["raw"]["B"]) if "raw" in item else None,
        )

    def causes(self, address: str) -> set[str]:
        item = self._get(f"suppressed#{address_key(address)}")
        return set(item["causes"]["SS"]) if item else set()

    def suppress(self, address: str, cause: str, note: str, now: datetime) -> None:
        self._db.update_item(
            TableName=self._table,
            Key={"id": {"S": f"suppressed#{address_key(address)}"}},
            UpdateExpression="ADD causes :cause SET note = :note, since = if_not_exists(since, :now)",
            ExpressionAttributeValues={
                ":cause": {"SS": [cause]},
                ":note": {"S": note},
                ":now": {"S": rfc3339(now)},
            },
        )

    def claim(self, mail_id: str, claim: Claim, now: datetime, former: Result | None = None) -> bool:
        """Also False when another sender changed the mail since it was read: its attempts must not be written over."""
        if former is not None:
            self.settle(former.mail_id, former.sender, former.settled, former.outcome, former.at)
        item = self._get(mail_id)
        if item is None:
            return False
        mail = json.loads(item["mail"]["S"])
        mail["channel"] = claim.channel
        condition = f"{_WAITING} AND #mail = :known"
        raw = {}
        if claim.raw is not None:
            condition += " AND attribute_not_exists(#raw)"
            mail |= {"message_id": claim.message_id, "subject": claim.subject, "template": claim.template}
            raw = {"raw": {"B": zlib.compress(claim.raw)}}
        return self._changed(
            mail_id,
            {"state": {"S": "sending"}, "sender": {"S": claim.sender}, "due": {"S": rfc3339(claim.lease_until)}, **raw},
            mail,
            condition,
            {**_WAITING_VALUES, ":known": item["mail"]},
        )

    def settle(self, mail_id: str, sender: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        condition = "#sender = :me AND #state IN (:sending, :unknown)"
        values = {":me": {"S": sender}, ":sending": {"S": "sending"}, ":unknown": {"S": "unknown"}}
        return self._settled(mail_id, settled, outcome, now, condition, values)

    def refuse(self, mail_id: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        return self._settled(mail_id, settled, outcome, now, _WAITING, _WAITING_VALUES)

    def overdue(self, before: datetime) -> Iterator[tuple[str, str, str]]:
        """(id, state, sender) of open mails that were due, or whose lease ended, before a time."""
        pages = self._db.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#open = :open AND due <= :before",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":open": {"S": _OPEN}, ":before": {"S": rfc3339(before)}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["id"]["S"], item["state"]["S"], item.get("sender", {}).get("S", "")

    def requeued(self, mail_id: str, now: datetime) -> None:
        """Note that a waiting mail was handed to the queue again, so that the next round leaves it alone.

        A sender that was quicker has put the end of its lease there, which stays.
        """
        with contextlib.suppress(self._db.exceptions.ConditionalCheckFailedException):
            self._db.update_item(
                TableName=self._table,
                Key={"id": {"S": mail_id}},
                UpdateExpression="SET due = :now",
                ConditionExpression=_WAITING,
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={**_WAITING_VALUES, ":now": {"S": rfc3339(now)}},
            )

    def _settled(
        self, mail_id: str, settled: Settled, outcome: Outcome, now: datetime, condition: str, values: dict[str, Any]
    ) -> bool:
        mail = self.get(mail_id)
        if mail is None:
            return False
        mail["reason"] = settled.reason
        mail["next_attempt_at"] = rfc3339(settled.due_at) if settled.state == "failed" else None
        if settled.counts:
            mail["attempts"] = [*mail["attempts"], attempt(outcome, now)]
        if settled.state == "sent":
            mail |= {"sent_at": rfc3339(now), "provider_id": outcome.provider_id}
        sets: dict[str, Any] = {"state": {"S": settled.state}}
        if settled.due_at is not None:
            sets["due"] = {"S": rfc3339(settled.due_at)}
        return self._changed(mail_id, sets, mail, condition, values, is_open=settled.state in DUE)

    def _changed(
        self,
        mail_id: str,
        sets: dict[str, Any],
        mail: dict[str, Any],
        condition: str,
        values: dict[str, Any],
        *,
        is_open: bool = True,
    ) -> bool:
        """Write if the condition still holds. A mail that is no longer open leaves the index."""
        mail.pop("state", None)
        sets["mail"] = {"S": json.dumps(mail)}
        names = {f"#{name}": name for name in (*sets, "state", "sender", *(() if is_open else ("open",)))}
        if "#sender" not in condition and "sender" not in sets:
            del names["#sender"]
        update = "SET " + ", ".join(f"#{name} = :set_{name}" for name in sets)
        try:
            self._db.update_item(
                TableName=self._table,
                Key={"id": {"S": mail_id}},
                UpdateExpression=update if is_open else f"{update} REMOVE #open",
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={**values, **{f":set_{name}": value for name, value in sets.items()}},
            )
        except self._db.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _get(self, name: str) -> dict[str, Any] | None:
        item: dict[str, Any] | None = self._db.get_item(
            TableName=self._table, Key={"id": {"S": name}}, ConsistentRead=True
        ).get("Item")
        return item

    def _by_names(self, names: list[str], key: Key | None) -> str | None:
        for name in names:
            item = self._get(name)
            if item is not None:
                if key is not None and name == key.name and item["digest"]["S"] != key.digest:
                    raise KeyReused
                return str(item["mail_id"]["S"])
        return None

    def _put(self, item: dict[str, Any]) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(id)"}}

    def _expires(self, now: datetime) -> str:
        return str(int((now + self._retention).timestamp()))


def _names(draft: Draft, key: Key | None) -> list[str]:
    """What may name a mail that exists already."""
    event = f"event#{draft.source}#{draft.event_id}#{draft.kind}#{address_key(draft.to_address)}"
    return [*([event] if draft.event_id else []), *([key.name] if key else [])]


def _mail(draft: Draft, now: datetime) -> dict[str, Any]:
    """A new mail as the API shows it."""
    return {
        "id": new_id(int(now.timestamp() * 1000), secrets.randbits(80)),
        "kind": draft.kind,
        "state": "dead" if draft.stillborn else "queued",
        "to": {"name": draft.to_name, "address": draft.to_address},
        "subject": None,
        "source": draft.source,
        "event_id": draft.event_id,
        "order_id": draft.order_id,
        "locale": draft.locale,
        "template": None,
        "channel": None,
        "message_id": None,
        "provider_id": None,
        "reason": draft.stillborn,
        "attempts": [],
        "next_attempt_at": None,
        "resent_from": None,
        "created_at": rfc3339(now),
        "sent_at": None,
    }


def _item(mail: dict[str, Any], draft: Draft, expires: str) -> dict[str, Any]:
    shown = {name: value for name, value in mail.items() if name != "state"}
    wanted = {"template": draft.template, "variables": draft.variables}
    waiting = {"open": {"S": _OPEN}, "due": {"S": mail["created_at"]}} if mail["state"] == "queued" else {}
    return {
        "id": {"S": mail["id"]},
        "state": {"S": mail["state"]},
        "mail": {"S": json.dumps(shown)},
        "wanted": {"S": json.dumps(wanted, default=str)},
        "expires": {"N": expires},
        **waiting,
    }
