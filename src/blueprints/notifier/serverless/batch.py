"""A batch of SQS messages: each is a mail to send, or an event that makes one; only failed ones are given back."""

import logging
from collections.abc import Mapping
from typing import Any

from blueprints import clock
from blueprints.notifier import checks, intake
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import Settled
from blueprints.notifier.serverless.app import App, body

_SPARE_MS = 8_000
"""Time that one mail may take; with less left, the rest of the batch is given back untouched."""
_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """A message that no retry will make readable; the queue moves it to the dead letters."""


def handled(app: App, records: list[Mapping[str, Any]], context: Any) -> dict[str, Any]:
    """`{"batchItemFailures": […]}`: the temporary failures and the unreadable. A FIFO queue stops at the first."""
    failures: list[str] = []
    for record in records:
        stops = failures and str(record.get("eventSourceARN", "")).endswith(".fifo")
        if stops or _remaining_ms(context) < _SPARE_MS or not _succeeded(app, record):
            failures.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failures]}


def _succeeded(app: App, record: Mapping[str, Any]) -> bool:
    try:
        mail_id = _mail_id(app, record)
    except Unreadable as error:
        _log.error("message %s: %s", record["messageId"], error)
        return False
    except Exception:  # noqa: BLE001 - one message must not take the others of its batch with it
        _log.exception("message %s could not be worked on", record["messageId"])
        return False
    if mail_id is None:
        return True
    outcome = _attempted(app, mail_id)
    if outcome is None or outcome.result not in ("failed", "paused"):
        return True
    if _receives(record) >= app.settings.sqs.max_receives:
        _buried(app, mail_id, outcome)
    return False


def _attempted(app: App, mail_id: str) -> Outcome | None:
    """As `Sending.attempt`; what nobody foresaw is a failure too, so that the last receive ends it like any other."""
    try:
        return app.sending.attempt(mail_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.exception("mail %s could not be worked on", mail_id)
        return Outcome("failed", text=f"could not be worked on: {type(error).__name__}")


def _mail_id(app: App, record: Mapping[str, Any]) -> str | None:
    """The mail that a message is about, recorded now if it is an event; None for an event that makes none."""
    content = body(record.get("body", ""))
    if not isinstance(content, dict):
        raise Unreadable("the body is not a JSON object")
    if "mail_id" in content:
        mail_id = str(content["mail_id"])
        if app.records.get(mail_id) is None:
            raise Unreadable(f"there is no mail {mail_id}")
        return mail_id
    try:
        event = checks.parsed(str(record["body"]).encode())
        draft = intake.of_event(_source(event), _event_id(record), event, app.rules, clock.now())
    except (checks.Invalid, checks.NotJson) as error:
        raise Unreadable(str(error)) from error
    if draft is None:
        return None
    return app.records.add(draft, clock.now())[0]


def _source(event: Mapping[str, Any]) -> str:
    return "store" if str(event.get("type", "")).startswith("store.") else "orders"


def _event_id(record: Mapping[str, Any]) -> str:
    given = (record.get("messageAttributes") or {}).get("webhook-id") or {}
    return str(given.get("stringValue") or record["messageId"])


def _buried(app: App, mail_id: str, outcome: Outcome) -> None:
    """The mail is dead, unless it is claimed; a table that cannot be written leaves it to the schedule."""
    words = f"{outcome.code} {outcome.text}".strip()
    reason = f"given up after {app.settings.sqs.max_receives} receives: {words}"
    try:
        app.records.refuse(mail_id, Settled("dead", reason, None, counts=False), outcome, clock.now())
    except Exception:  # noqa: BLE001 - as above
        _log.exception("mail %s could not be given up", mail_id)


def _receives(record: Mapping[str, Any]) -> int:
    return int((record.get("attributes") or {}).get("ApproximateReceiveCount", 1))


def _remaining_ms(context: Any) -> float:
    ask = getattr(context, "get_remaining_time_in_millis", None)
    return float(ask()) if ask else float("inf")
