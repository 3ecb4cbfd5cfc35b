"""The schedule's round: mails whose message got lost, and claims whose sender never came back."""

from datetime import timedelta
from typing import Any

from blueprints import clock
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import LEASE_ENDED, ended
from blueprints.notifier.serverless.app import App

_FORGOTTEN = timedelta(minutes=5)


def made(app: App) -> dict[str, Any]:
    """How many mails were queued again and how many are unknown now."""
    now = clock.now()
    counts = {"requeued": 0, "unknown": 0}
    for mail_id, state, sender in list(app.records.overdue(now)):
        if state == "sending":
            word = app.channel.told(mail_id)
            outcome = Outcome("sent" if word == "sent" else "unknown", text="" if word == "sent" else LEASE_ENDED)
            counts["unknown"] += app.records.settle(mail_id, sender, ended(word, now), outcome, now)
    for mail_id, state, _ in list(app.records.overdue(now - _FORGOTTEN)):
        if state != "sending" and app.enqueue(mail_id):
            app.records.requeued(mail_id, now)
            counts["requeued"] += 1
    return counts
