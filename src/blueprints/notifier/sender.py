"""The sender process: threads that send what is due, and the housekeeping beside them."""

import logging
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from blueprints import clock, paths
from blueprints.notifier import parts, recovery
from blueprints.notifier.agenda import Agenda
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.presence import Presence
from blueprints.notifier.sending import Sender, Sending

if TYPE_CHECKING:
    from blueprints.notifier.config import NotifierConfig

PAUSE = timedelta(minutes=1)
"""How long a channel rests whose provider refuses us."""
_LEASES_S = 5.0
_PURGE_S = 600.0
_log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Send until `stop`; mails in flight are finished first."""
    from django.conf import settings

    Senders(settings.SERVICE_CONFIG, stop).run()


class Senders:
    """`notifier.senders` threads over one agenda."""

    def __init__(self, settings: "NotifierConfig", stop: threading.Event) -> None:
        from blueprints.notifier.records.database import Records

        self._settings = settings
        self._stop = stop
        self._records = Records()
        self._presence = Presence(paths.data_dir() / "notifier" / "senders")
        self._templates = parts.templates(settings)
        self._channel = parts.channel(settings)
        rate = settings.rate or self._channel.quota()
        self._agenda = Agenda(lambda limit, busy: self._records.due(clock.now(), limit, busy), stop, rate)
        self._paused = True
        """Whether a pause may be on record: one of a former process is ended by the first mail sent."""

    def run(self) -> None:
        recovery.of_the_dead(self._presence, self._records, self._channel, clock.now())
        threads = [threading.Thread(target=self._work, name=f"sender-{n}") for n in range(self._settings.senders)]
        for thread in threads:
            thread.start()
        self._keep_house()
        for thread in threads:
            thread.join()
        self._channel.close()
        self._presence.leave()

    def _work(self) -> None:
        sending = Sending(self._sender(), self._records, parts.channel(self._settings), self._templates)
        while (mail_id := self._next(sending)) is not None:
            try:
                self._noted(sending.passed_on(mail_id))
            except Exception:  # noqa: BLE001 - the thread outlives a mail, and the database's bad minute
                _log.exception("mail %s could not be worked on", mail_id)
                _forget_connection()
                self._stop.wait(1)
            finally:
                self._agenda.done(mail_id)
        sending.close()
        _forget_connection()

    def _next(self, sending: Sending) -> str | None:
        """The next mail; a result is owed no longer than it takes to find one that waits already."""
        while True:
            try:
                if (mail_id := self._agenda.at_once()) is not None:
                    return mail_id
                sending.settle()
                return self._agenda.next()
            except Exception:  # noqa: BLE001 - as above
                _log.exception("the next mail could not be looked for")
                _forget_connection()
                self._stop.wait(1)

    def _sender(self) -> Sender:
        chosen = self._settings
        return Sender(
            self._presence.name,
            chosen.channel,
            chosen.from_address,
            chosen.from_name,
            chosen.reply_to,
            chosen.lease,
            chosen.schedule,
        )

    def _noted(self, outcome: Outcome | None) -> None:
        """Keep the pause on record in step with what the provider says."""
        from blueprints.notifier.models import Pause

        if outcome is None:
            return
        if outcome.result == "paused":
            self._agenda.rest(PAUSE.total_seconds())
            self._paused = True
            reason = f"{outcome.code} {outcome.text}".strip()
            _log.error("channel %s rests for a minute: %s", self._settings.channel, reason)
            Pause.objects.update_or_create(
                channel=self._settings.channel, defaults={"until": clock.now() + PAUSE, "reason": reason}
            )
        elif outcome.result == "sent" and self._paused:
            self._paused = False
            Pause.objects.filter(channel=self._settings.channel).delete()

    def _keep_house(self) -> None:
        """Ended leases, mails past their retention; in the main thread, until the sender stops."""
        from blueprints.notifier.records.database import purge

        purge_at = 0.0
        while not self._stop.is_set():
            try:
                recovery.of_ended_leases(self._records, self._channel, clock.now())
                if time.monotonic() >= purge_at:
                    full = purge(clock.now(), self._settings.retention_days) == 500
                    purge_at = time.monotonic() + (0 if full else _PURGE_S)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("housekeeping failed and is tried again")
                _forget_connection()
            self._stop.wait(_LEASES_S)
        _forget_connection()


def _forget_connection() -> None:
    from django.db import connection

    connection.close()
