"""The process that cancels orders which stay received too long, and forgets old keys of changes."""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from blueprints import clock
from blueprints.orders import change
from blueprints.orders.core.errors import IllegalTransition
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Order
from blueprints.web.database import writing
from blueprints.web.idempotency.models import Claim

EVERY_S = 30.0
BATCH = 100
CHANGE_KEYS_KEPT = timedelta(days=30)
AUTHOR = change.Author("orders", "system")

log = logging.getLogger("blueprints.orders")


def run(stop: threading.Event) -> None:
    """Sweep until `stop` is set."""
    while not stop.is_set():
        try:
            cancel_stale(settings.SERVICE_CONFIG.cancel_received_after)
            forget_change_keys()
        except DatabaseError as error:
            log.error("the sweep has to wait: %s", error)  # noqa: TRY400  # the trace says no more
            connection.close()
        stop.wait(EVERY_S)


def cancel_stale(after: timedelta | None) -> int:
    """Cancel what has been received for longer than `after`; returns how many orders that were."""
    if after is None:
        return 0
    before = clock.now() - after
    stale = Order.objects.filter(status=Status.RECEIVED.value, created_at__lt=before).order_by("id")
    return sum(_cancel(order_id) for order_id in stale.values_list("pk", flat=True)[:BATCH])


def _cancel(order_id: int) -> bool:
    with writing():
        order = change.locked(order_id)
        if order.state is not Status.RECEIVED:
            return False
        try:
            change.set_status(order, Status.CANCELLED, AUTHOR, reason="received for too long")
        except IllegalTransition:
            return False
    return True


def forget_change_keys() -> int:
    """Keys that made orders are kept for ever, keys of changes for a month."""
    old = Claim.objects.filter(namespace__endswith=":orders.change", created_at__lt=clock.now() - CHANGE_KEYS_KEPT)
    if not old.exists():
        return 0
    with writing():
        return old.delete()[0]
