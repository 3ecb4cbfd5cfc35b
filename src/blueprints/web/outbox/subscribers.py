"""Who is told of events: kept, rotated, and told again."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from blueprints import clock
from blueprints.errors import ConfigError
from blueprints.web import webhooks
from blueprints.web.config import SubscriberConfig
from blueprints.web.database import writing
from blueprints.web.outbox.models import DEAD, DELIVERED, WAITING, Delivery, Event, Subscriber

FORMER_SECRET_HOLDS = timedelta(hours=24)
PATTERN = re.compile(r"\*|[a-z_]+(\.[a-z_]+)*(\.\*)?")


def checked_patterns(types: Iterable[str]) -> list[str]:
    """Patterns such as `*`, `order.*` or `order.shipped`; raises ConfigError."""
    found = list(dict.fromkeys(types))
    wrong = next((one for one in found if not PATTERN.fullmatch(one)), None)
    if wrong is not None or not found:
        raise ConfigError(f"{wrong!r} is no type of event" if wrong else "no type of event is named")
    if len(" ".join(found)) > 490:
        raise ConfigError("too many types of events are named")
    return found


def keep(given: SubscriberConfig) -> Subscriber:
    """The subscriber that the configuration names, made or brought up to date; its secret is generated where empty."""
    if given.secret:
        webhooks.key_bytes(given.secret)
    found = Subscriber.objects.filter(name=given.name).first() or Subscriber(name=given.name)
    found.url = given.url
    found.secret = given.secret or found.secret or webhooks.new_secret()
    found.events = checked_patterns(given.events)
    found.pinned = True
    found.save()
    return found


def rotate(subscriber: Subscriber) -> str:
    """A new secret; the former one signs beside it for 24 hours."""
    subscriber.former_secret = subscriber.secret
    subscriber.former_until = clock.now() + FORMER_SECRET_HOLDS
    subscriber.secret = webhooks.new_secret()
    subscriber.save(update_fields=["secret", "former_secret", "former_until"])
    return subscriber.secret


def secrets(subscriber: Subscriber, now: datetime) -> list[str]:
    """The secrets that sign at this moment, the present one first."""
    is_former_valid = subscriber.former_until is not None and now < subscriber.former_until
    return [subscriber.secret, *([subscriber.former_secret] if is_former_valid and subscriber.former_secret else [])]


def requeue(deliveries: QuerySet[Delivery]) -> int:
    """Try dead deliveries again from the beginning of the schedule; returns how many there were."""
    now = clock.now()
    with writing():
        return deliveries.filter(state=DEAD).update(state=WAITING, attempts=0, next_attempt_at=now, owner="")


def replay(subscriber: Subscriber, since: datetime) -> int:
    """Send every event from a moment on once more, with the ids they had; returns how many."""
    now = clock.now()
    wanted = [
        event for event in Event.objects.filter(created_at__gte=since).order_by("id") if _wants(subscriber, event)
    ]
    with writing():
        subscriber.deliveries.filter(event__in=wanted, state__in=[DELIVERED, DEAD]).update(
            state=WAITING, attempts=0, next_attempt_at=now, owner=""
        )
        Delivery.objects.bulk_create(_deliveries(subscriber, wanted, now), ignore_conflicts=True, batch_size=500)
    return len(wanted)


def _deliveries(subscriber: Subscriber, events: Sequence[Event], now: datetime) -> list[Delivery]:
    return [Delivery(event=event, subscriber=subscriber, key=event.key, next_attempt_at=now) for event in events]


def _wants(subscriber: Subscriber, event: Event) -> bool:
    from blueprints.web.outbox.events import matches

    return bool(set(matches(event.type)) & set(subscriber.events))
