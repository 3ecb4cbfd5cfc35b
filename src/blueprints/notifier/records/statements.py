"""The statements of the way of each mail, written out: building them by the ORM took most of the time a mail takes.

Places are `%s`, as Django's cursors want them on every database; times go through `moment`.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

_COLUMNS = (
    "id", "kind", "state", "reason", "to_name", "to_address", "to_key", "locale", "wanted", "source", "event_id",
    "order_id", "resent_from", "sensitive", "created_at", "due_at", "attempts",
)  # fmt: skip
INSERT = (
    f"INSERT INTO notifier_mail ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608 - own names
    " ON CONFLICT (source, event_id, kind, to_key) DO NOTHING"
)
KEPT = "SELECT id FROM notifier_mail WHERE source = %s AND event_id = %s AND kind = %s AND to_key = %s"
CONTENT = "INSERT INTO notifier_content (mail_id, variables, raw) VALUES (%s, %s, NULL)"
CAUSES = "SELECT cause FROM notifier_suppression WHERE address = %s"
DUE = "SELECT id FROM notifier_mail WHERE due_at <= %s ORDER BY due_at LIMIT %s"
WORK = (
    "SELECT m.kind, m.wanted, m.locale, m.to_name, m.to_address, m.attempts, c.variables, c.raw,"
    " EXISTS (SELECT 1 FROM notifier_suppression s WHERE s.address = m.to_key)"
    " FROM notifier_mail m JOIN notifier_content c ON c.mail_id = m.id"
    " WHERE m.id = %s AND m.state IN ('queued', 'failed')"
)
_CLAIM = "UPDATE notifier_mail SET state = 'sending', due_at = NULL, sender = %s, lease_until = %s, channel = %s"
_UNCLAIMED = " WHERE id = %s AND state IN ('queued', 'failed') AND due_at <= %s"
CLAIM = _CLAIM + _UNCLAIMED
FIRST_CLAIM = _CLAIM + ", message_id = %s, subject = %s, template = %s" + _UNCLAIMED
RAW = "UPDATE notifier_content SET raw = %s WHERE mail_id = %s"
BEFORE = "SELECT attempts, sensitive FROM notifier_mail WHERE id = %s AND "
CLAIMED = "sender = %s AND state IN ('sending', 'unknown')"
FIRST_CLAIMED = "sender = %s AND state = 'sending' AND attempts = '[]' AND NOT sensitive"
"""The common case, in which nothing of the mail needs to be read before its result is written."""
WAITING = "state IN ('queued', 'failed')"
SETTLE = (
    "UPDATE notifier_mail SET state = %s, reason = %s, due_at = %s, sender = %s, lease_until = NULL, attempts = %s,"
    " sent_at = %s, provider_id = %s WHERE id = %s AND "
)


def changed(statement: str, values: Sequence[Any]) -> int:
    """Run a statement that writes; the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def moment(time: datetime | None) -> Any:
    """A time as the database's driver takes it."""
    return None if time is None else connection.ops.adapt_datetimefield_value(time)


def listed(attempts: Any) -> list[dict[str, Any]]:
    """The JSON column as the driver gives it."""
    return json.loads(attempts) if isinstance(attempts, str) else list(attempts)
