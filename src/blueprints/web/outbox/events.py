"""Writing events into the outbox, in plain statements so that a hot path can send them together with its own."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from blueprints import clock
from blueprints.web import answers
from blueprints.web.database import stored
from blueprints.web.outbox.models import WAITING, Event, Subscriber

Statement = tuple[str, list[Any]]

EVENTS = "INSERT INTO outbox_event (uid, type, key, body, created_at) VALUES "
EVENT = "(%s, %s, %s, %s, %s)"
DELIVERIES = """
INSERT INTO outbox_delivery (event_id, subscriber_id, key, state, attempts, next_attempt_at, owner, last_error)
SELECT e.id, s.id, e.key, 'waiting', 0, e.created_at, '', ''
FROM outbox_event e JOIN outbox_subscriber s ON s.enabled AND ({})
WHERE e.uid IN ({}) ORDER BY e.id
"""


class Told(NamedTuple):
    """An event that is about to be recorded."""

    key: str
    text: str
    at: Any
    """When, as it is stored."""


def new_uid() -> str:
    return new_uids(1)[0]


def new_uids(count: int) -> list[str]:
    """So many at once: asking the system for randomness lets another thread run, and waits until that lets go."""
    text = secrets.token_hex(16 * count)
    return ["evt_" + text[place : place + 32] for place in range(0, len(text), 32)]


def body(event_type: str, data: Any, now: datetime) -> str:
    """The text that is signed and sent."""
    return written(event_type, answers.text(data), now)


def written(event_type: str, data: str, now: datetime) -> str:
    """The same for data that is JSON already."""
    moment = now.isoformat().replace("+00:00", "Z")
    return f'{{"type":{answers.text(event_type)},"timestamp":"{moment}","data":{data}}}'


def statements(event_type: str, told: Sequence[Told]) -> list[Statement]:
    """The two statements that record events of a type and, of each, a delivery for every subscriber that wants it."""
    named = list(zip(new_uids(len(told)), told, strict=True))
    rows = [value for uid, one in named for value in (uid, event_type, *one)]
    return [
        (EVENTS + ", ".join([EVENT] * len(named)), rows),
        (_deliveries(event_type, len(named)), [*patterns(event_type), *(uid for uid, _ in named)]),
    ]


@lru_cache(maxsize=64)
def _deliveries(event_type: str, count: int) -> str:
    wanted = " OR ".join(["s.patterns LIKE %s"] * len(patterns(event_type)))
    return DELIVERIES.format(wanted, ", ".join(["%s"] * count))


@lru_cache(maxsize=64)
def patterns(event_type: str) -> tuple[str, ...]:
    """For LIKE: the patterns of a subscriber that wants this type."""
    return tuple(f"% {one} %" for one in matches(event_type))


def matches(event_type: str) -> list[str]:
    """Every pattern that wants a type: `order.shipped`, `order.*` and `*`."""
    parts = event_type.split(".")
    return [event_type, *(".".join(parts[:count]) + ".*" for count in range(1, len(parts))), "*"]


def publish(event_type: str, data: Any, key: str) -> str:
    """Record an event inside the caller's transaction; returns its id. `data` becomes JSON."""
    now = clock.now()
    made = statements(event_type, [Told(key, body(event_type, data, now), stored(now))])
    with connection.cursor() as cursor:
        for sql, parameters in made:
            cursor.execute(sql, parameters)
    return str(made[0][1][0])


def publish_to(subscriber: Subscriber, event_type: str, data: Any, key: str) -> Event:
    """Record an event for one subscriber alone, whatever it subscribed to."""
    now = clock.now()
    with transaction.atomic():
        event = Event.objects.create(
            uid=new_uid(), type=event_type, key=key, body=body(event_type, data, now), created_at=now
        )
        event.deliveries.create(subscriber=subscriber, key=key, state=WAITING, next_attempt_at=now)
    return event
