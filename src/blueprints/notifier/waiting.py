"""`Prefer: wait=N`: the answer waits until the mail's fate is known, or the time is up."""

import re
import threading
import time

from blueprints.notifier.core.state import FINAL
from blueprints.notifier.models import Mail

LONGEST_S = 30
_POLL_S = (0.02, 0.03, 0.05, 0.1, 0.2)
_WISH = re.compile(r"(?:^|[,;\s])wait=(\d{1,9})(?:$|[,;\s])")
_places = threading.BoundedSemaphore(2)
"""Waiting holds a thread of the server; some must stay free for those who do not wait."""
_never = threading.Event()


def wished_s(prefer: str) -> int:
    """Seconds that a Prefer header asks to wait, 0 for none; RFC 7240 lets a server wait less than asked."""
    found = _WISH.search(prefer)
    return min(int(found[1]), LONGEST_S) if found else 0


def for_end(mail_id: str, seconds: float) -> Mail | None:
    """The mail once it is in a final state; None when the time was up before, or every place to wait was taken."""
    if seconds <= 0 or not _places.acquire(blocking=False):
        return None
    try:
        deadline, polls = time.monotonic() + seconds, 0
        while True:
            mail = Mail.objects.filter(id=mail_id, state__in=FINAL).first()
            if mail is not None or time.monotonic() >= deadline:
                return mail
            _never.wait(_POLL_S[min(polls, len(_POLL_S) - 1)])
            polls += 1
    finally:
        _places.release()
