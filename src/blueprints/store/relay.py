"""The process beside the shop that sends waiting checkouts until there is an answer, and tidies up."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from blueprints import clock

if TYPE_CHECKING:
    from datetime import datetime
    from threading import Event

log = logging.getLogger(__name__)
PAUSE_S = 0.5
READY_CHECK = timedelta(seconds=5)
TIDY = timedelta(hours=1)
BATCH = 20


class Relay:
    """What is due, and when the orders service was last asked whether it is there."""

    def __init__(self) -> None:
        self.was_ready = False
        self.next_check: datetime | None = None
        self.next_tidy: datetime | None = None

    def step(self) -> int:
        """Do what is due now; how many checkouts were sent."""
        now = clock.now()
        if self.next_tidy is None or now >= self.next_tidy:
            tidy(now)
            self.next_tidy = now + TIDY
        self._hurry(now)
        return _send_due(now)

    def _hurry(self, now: datetime) -> None:
        """Make everything due at the moment when the orders service is there again.

        The schedule begins anew then: a service that is still too busy for an order in its first seconds is asked
        again soon, however long it was away.
        """
        from blueprints.store import orders
        from blueprints.store.models import Checkout

        waiting = Checkout.objects.filter(state=Checkout.State.RESERVED, attempts__gt=0)
        if (self.next_check and now < self.next_check) or not waiting.exists():
            return
        self.next_check = now + READY_CHECK
        is_ready = orders.is_ready()
        if is_ready and not self.was_ready:
            waiting.update(next_attempt_at=now, attempts=1)
        self.was_ready = is_ready


def _send_due(now: datetime) -> int:
    from blueprints.store import checkouts, orders
    from blueprints.store.models import Checkout

    due = Checkout.objects.filter(state=Checkout.State.RESERVED, next_attempt_at__lte=now).order_by("next_attempt_at")
    sent = 0
    for number in list(due.values_list("pk", flat=True)[:BATCH]):
        if (checkout := checkouts.claim(number)) is not None:
            sent += 1
            if not checkouts.send(checkout, orders.PATIENCE_S):
                break  # the others would wait as long in vain: first look whether the service is there
    return sent


def tidy(now: datetime) -> None:
    """Delete what nobody needs any more: guests' old carts, old receipts and old sessions."""
    from django.contrib.sessions.models import Session

    from blueprints.store import carts
    from blueprints.store.models import Receipt

    carts.clear_away(now)
    Receipt.objects.filter(received_at__lt=now - timedelta(days=60)).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def run(stop: Event) -> None:
    """Work until told to stop, with account mails in a thread of their own. A database that is away is waited for.

    Neither goes on without the other: the process ends when one of them breaks, and is started again.
    """
    from threading import Thread

    from django.db import DatabaseError, close_old_connections

    from blueprints.store import mail

    mails = Thread(target=mail.run, args=(stop,), name="mails", daemon=True)
    mails.start()
    relay = Relay()
    while mails.is_alive() and not stop.is_set():
        try:
            sent = relay.step()
        except DatabaseError as error:
            log.warning("the relay cannot use the database: %s", error)
            close_old_connections()
            sent = 0
        if not sent:
            stop.wait(PAUSE_S)
    mails.join(mail.PATIENCE_S + 1)  # the mail in hand; what is not taken by then is handed over again
