"""The process that delivers events: one lane of work for each subscriber, so that a slow one holds up nobody else."""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from blueprints import clock
from blueprints.web.config import RelayConfig
from blueprints.web.database import writing
from blueprints.web.outbox import claims
from blueprints.web.outbox.lane import Lane
from blueprints.web.outbox.models import DELIVERED, Delivery, Event, Subscriber

LOOK_EVERY_S = 1.0
PURGE_EVERY = timedelta(hours=1)
KEPT = timedelta(days=30)

log = logging.getLogger("blueprints.relay")


def run(stop: threading.Event) -> None:
    """Deliver until `stop` is set; claims in hand are finished first."""
    owner = claims.new_owner()
    released = claims.release_dead(clock.now())
    if released:
        log.warning("took over %s deliveries of a relay that is gone", released)
    lanes: dict[int, Lane] = {}
    purged_at = None
    while not stop.is_set():
        try:
            claims.release_expired(clock.now())
            _open_lanes(lanes, owner, stop)
            if purged_at is None or clock.now() - purged_at > PURGE_EVERY:
                purge()
                purged_at = clock.now()
        except DatabaseError as error:
            log.error("the outbox cannot be read: %s", error)  # noqa: TRY400  # the trace says no more
            connection.close()
        stop.wait(LOOK_EVERY_S)
    for lane in lanes.values():
        lane.join()


def _open_lanes(lanes: dict[int, Lane], owner: str, stop: threading.Event) -> None:
    for subscriber_id in Subscriber.objects.filter(enabled=True).values_list("pk", flat=True):
        lane = lanes.get(subscriber_id)
        if lane is None or not lane.is_alive():
            lanes[subscriber_id] = Lane(subscriber_id, owner, stop, relay_settings())
            lanes[subscriber_id].start()


def relay_settings() -> RelayConfig:
    return getattr(settings.SERVICE_CONFIG, "relay", None) or RelayConfig()


def purge() -> int:
    """Forget deliveries made more than 30 days ago, and events of that age that nobody waits for."""
    before = clock.now() - KEPT
    with writing():
        done, _ = Delivery.objects.filter(state=DELIVERED, delivered_at__lt=before).delete()
        Event.objects.filter(created_at__lt=before, deliveries=None).delete()
    return done
