"""Delivery to one subscriber: claim a batch, send it on a few connections, note what came of it."""

import logging
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from blueprints import clock, http
from blueprints.errors import BlueprintsError
from blueprints.web import failpoint, webhooks
from blueprints.web.config import RelayConfig
from blueprints.web.database import writing
from blueprints.web.outbox import claims, subscribers
from blueprints.web.outbox.addresses import PublicOnly
from blueprints.web.outbox.models import DELIVERED, SENDING, WAITING, Delivery, Subscriber
from blueprints.web.outbox.outcome import Outcome, Verdict, verdict

if TYPE_CHECKING:
    import httpx

CONNECTIONS = 8
IDLE_S = 0.2
MOST_READ = 64 * 1024
"""Bytes of an answer: only its status counts, but a connection is used again once it was read to the end."""

log = logging.getLogger("blueprints.relay")


class Lane(threading.Thread):
    """Works until the relay stops or the subscriber is disabled or deleted."""

    def __init__(self, subscriber_id: int, owner: str, stop: threading.Event, options: RelayConfig) -> None:
        super().__init__(name=f"lane-{subscriber_id}", daemon=True)
        self.subscriber_id = subscriber_id
        self.owner = owner
        self.stop = stop
        self.options = options

    def run(self) -> None:
        try:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                self._work(pool)
        finally:
            connection.close()

    def _work(self, pool: ThreadPoolExecutor) -> None:
        client, place = None, ("", False)
        while not self.stop.is_set():
            try:
                subscriber = Subscriber.objects.filter(pk=self.subscriber_id, enabled=True).first()
                if subscriber is None:
                    break
                if client is None or place != (subscriber.url, subscriber.pinned):
                    client, place = connect(subscriber, self.options), (subscriber.url, subscriber.pinned)
                if not self.deliver(subscriber, client, pool):
                    self.stop.wait(IDLE_S)
            except DatabaseError as error:
                log.error("the outbox cannot be used: %s", error)  # noqa: TRY400  # the trace says no more
                connection.close()
                self.stop.wait(1)
        if client is not None:
            client.close()

    def deliver(self, subscriber: Subscriber, client: "httpx.Client", pool: ThreadPoolExecutor) -> int:
        """Send one batch; returns how many deliveries it held."""
        now = clock.now()
        batch = claims.claim(subscriber.pk, self.owner, now, self.options.lease, self.options.batch)
        if not batch:
            return 0
        failpoint.reach("relay.after_claim")
        last = now + self.options.lease - self.options.timeout
        outcomes = list(pool.map(lambda one: send(client, subscriber, one) if clock.now() <= last else None, batch))
        failpoint.reach("relay.after_send")
        note(subscriber, self.owner, batch, outcomes, self.options)
        return len(batch)


def connect(subscriber: Subscriber, options: RelayConfig) -> "httpx.Client":
    """A client for one subscriber; only pinned ones may be in a private network."""
    is_free = subscriber.pinned or getattr(settings.SERVICE_CONFIG, "allow_private_networks", False)
    transport = None if is_free else PublicOnly()
    timeout_s = options.timeout.total_seconds()
    return http.client("subscriber", timeout_s=timeout_s, retries=0, transport=transport)


def send(client: "httpx.Client", subscriber: Subscriber, delivery: Delivery) -> Outcome:
    """One attempt; never raises for anything that the subscriber or the network does."""
    body = delivery.event.body.encode()
    now = clock.now()
    signed = webhooks.headers(subscribers.secrets(subscriber, now), delivery.event.uid, now, body)
    about = {"Content-Type": "application/json", "X-Request-ID": delivery.event.uid}  # the receiver's log names it too
    try:
        with client.stream(
            "POST", subscriber.url, content=body, headers={**signed, **about}, follow_redirects=False
        ) as answer:
            _read(answer)
    except BlueprintsError as error:
        return Outcome(None, str(error)[:300])
    error_text = "" if answer.is_success else f"answered {answer.status_code}"
    return Outcome(answer.status_code, error_text, answer.headers.get("retry-after", ""))


def _read(answer: "httpx.Response") -> None:
    """Read an answer that is short and soon there; a subscriber must not keep a lane busy with an endless one."""
    size, began = 0, time.monotonic()
    with suppress(BlueprintsError), http.translated("subscriber"):
        for part in answer.iter_bytes():
            size += len(part)
            if size > MOST_READ or time.monotonic() - began > 1:
                return


def note(
    subscriber: Subscriber, owner: str, batch: list[Delivery], outcomes: list[Outcome | None], options: RelayConfig
) -> None:
    """Write down what became of a batch, in one transaction; claims lost meanwhile are left alone.

    What has no outcome was not begun, because the subscriber was slow and the lease about to end: it is given back.
    """
    now = clock.now()
    delivered: dict[int | None, list[int]] = {}
    with writing():
        for delivery, outcome in zip(batch, outcomes, strict=True):
            if outcome is None:
                continue
            found = verdict(
                outcome, delivery.attempts + 1, options.schedule, options.jitter, now, random.random  # jitter
            )  # fmt: skip
            if found.state == DELIVERED:
                delivered.setdefault(outcome.status, []).append(delivery.pk)
            else:
                _note_one(subscriber, owner, delivery, outcome, found)
        for status, arrived in delivered.items():
            _note_delivered(owner, arrived, status, now)
        left = [delivery.pk for delivery, outcome in zip(batch, outcomes, strict=True) if outcome is None]
        if left:
            Delivery.objects.filter(pk__in=left, owner=owner, state=SENDING).update(
                state=WAITING, owner="", lease_until=None
            )


def _note_delivered(owner: str, arrived: list[int], status: int | None, now: datetime) -> None:
    """The usual outcome, for many at once."""
    Delivery.objects.filter(pk__in=arrived, owner=owner, state=SENDING).update(
        state=DELIVERED,
        attempts=F("attempts") + 1,
        next_attempt_at=now,
        delivered_at=now,
        last_status=status,
        last_error="",
        lease_until=None,
        owner="",
    )


def _note_one(subscriber: Subscriber, owner: str, delivery: Delivery, outcome: Outcome, found: Verdict) -> None:
    Delivery.objects.filter(pk=delivery.pk, owner=owner, state=SENDING).update(
        state=found.state,
        attempts=delivery.attempts + 1,
        next_attempt_at=found.next_attempt_at,
        last_status=outcome.status,
        last_error=outcome.error,
        lease_until=None,
        owner="",
    )
    if found.disables:
        Subscriber.objects.filter(pk=subscriber.pk).update(enabled=False)
    if found.state == "dead":
        log.error("event %s for %s is dead: %s", delivery.event.uid, subscriber.name, outcome.error)
