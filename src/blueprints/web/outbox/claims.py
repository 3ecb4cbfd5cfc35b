"""Which delivery is sent next, and by whom: claims with a lease, so that no crash keeps one for ever."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db import connection

from blueprints.web.database import stored, writing
from blueprints.web.outbox.models import SENDING, WAITING, Delivery

DUE = """
SELECT d.id FROM outbox_delivery d
WHERE d.subscriber_id = %s AND d.state = 'waiting' AND d.next_attempt_at <= %s AND (
  SELECT 1 FROM outbox_delivery e WHERE e.subscriber_id = d.subscriber_id AND e.key = d.key
  AND e.event_id < d.event_id AND e.state IN ('waiting', 'sending') LIMIT 1) IS NULL
ORDER BY d.event_id LIMIT %s
"""
"""Not NOT EXISTS: with statistics from before a backlog PostgreSQL joins all that waits with all of it, for minutes."""


def new_owner() -> str:
    """The name of this process in its claims: `host/pid/token`."""
    return f"{socket.gethostname()[:80]}/{os.getpid()}/{secrets.token_hex(4)}"


def claim(subscriber_id: int, owner: str, now: datetime, lease: timedelta, batch: int) -> list[Delivery]:
    """Up to `batch` due deliveries, at most one of a key, now ours until the lease ends."""
    if not _due(subscriber_id, now, 1, locking=False):
        return []  # a look costs no lock
    with writing():
        chosen = _due(subscriber_id, now, batch, locking=connection.vendor == "postgresql")
        Delivery.objects.filter(pk__in=chosen, state=WAITING).update(
            state=SENDING, owner=owner, lease_until=now + lease
        )
    return list(
        Delivery.objects.filter(pk__in=chosen, owner=owner, state=SENDING).select_related("event").order_by("event_id")
    )


def _due(subscriber_id: int, now: datetime, limit: int, *, locking: bool) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(DUE + (" FOR UPDATE OF d SKIP LOCKED" if locking else ""), [subscriber_id, stored(now), limit])
        return [row[0] for row in cursor.fetchall()]


def release_expired(now: datetime) -> int:
    """Let go of claims whose lease ended."""
    ended = Delivery.objects.filter(state=SENDING, lease_until__lt=now)
    if not ended.exists():
        return 0
    with writing():
        return ended.update(state=WAITING, owner="", next_attempt_at=now)


def release_dead(now: datetime) -> int:
    """Let go at once of claims of processes of this machine that are gone, instead of waiting for their leases."""
    owners = Delivery.objects.filter(state=SENDING).order_by().values_list("owner", flat=True).distinct()
    gone = [owner for owner in owners if _is_gone(owner)]
    if not gone:
        return 0
    with writing():
        return Delivery.objects.filter(state=SENDING, owner__in=gone).update(
            state=WAITING, owner="", next_attempt_at=now
        )


def _is_gone(owner: str) -> bool:
    host, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:80] or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True  # asked before this process claims anything: the number was another's
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
