"""Claims whose sender is gone: what the channel can still tell decides, else staff does."""

import logging
from collections.abc import Iterable
from datetime import datetime

from blueprints.notifier.channels import Channel
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import LEASE_ENDED, ended
from blueprints.notifier.models import Mail
from blueprints.notifier.presence import Presence
from blueprints.notifier.records.database import Records

_log = logging.getLogger(__name__)


def of_the_dead(presence: Presence, records: Records, channel: Channel, now: datetime) -> int:
    """Settle the claims of senders that are known to be dead, without waiting for their leases."""
    gone = [name for name in presence.others() if presence.dead(name)]
    claimed = Mail.objects.filter(state="sending", sender__in=gone).values_list("id", "sender")
    settled = _settled(list(claimed), records, channel, now)
    for name in gone:
        presence.forget(name)
    return settled


def of_ended_leases(records: Records, channel: Channel, now: datetime) -> int:
    """Settle claims that were held for longer than any sender takes."""
    ended_leases = Mail.objects.filter(lease_until__lte=now, state="sending").values_list("id", "sender")
    return _settled(list(ended_leases), records, channel, now)


def _settled(claims: Iterable[tuple[str, str | None]], records: Records, channel: Channel, now: datetime) -> int:
    count = 0
    for mail_id, sender in claims:
        word = channel.told(mail_id)
        outcome = Outcome("sent" if word == "sent" else "unknown", text="" if word == "sent" else LEASE_ENDED)
        count += records.settle(mail_id, sender or "", ended(word, now), outcome, now)
        _log.warning("the sender of mail %s is gone; the mail is now %s", mail_id, word)
    return count
