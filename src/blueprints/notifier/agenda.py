"""Which mail is next: due mails handed to threads one at a time, at the allowed rate, not while the channel rests."""

import threading
import time
from collections import deque
from collections.abc import Callable

IDLE_S = 0.2
"""How soon a new mail is seen when there was nothing to do."""
_BATCH = 100


class Agenda:
    """`fetch(limit, busy)` gives the ids of due mails that are not among `busy`."""

    def __init__(
        self, fetch: Callable[[int, set[str]], list[str]], stop: threading.Event, rate: float | None = None
    ) -> None:
        self._fetch = fetch
        self._stop = stop
        self._gap_s = 1 / rate if rate else 0.0
        self._turn = threading.Lock()
        self._known: deque[str] = deque()
        self._busy: set[str] = set()
        self._resting_until = 0.0
        self._free_at = 0.0

    def next(self) -> str | None:
        """The next mail, once there is one; None when the sender stops."""
        with self._turn:
            while not self._stop.is_set():
                wait_s = self._resting_until - time.monotonic()
                if wait_s > 0:
                    self._stop.wait(min(wait_s, IDLE_S))
                elif not (self._known or self._filled()):
                    self._stop.wait(IDLE_S)
                elif not self._too_early() and (mail_id := self._taken()) is not None:
                    return mail_id
        return None

    def at_once(self) -> str | None:
        """The next mail if it can be had without waiting; else None, which may be for another thread's sake."""
        if not self._turn.acquire(blocking=False):
            return None
        try:
            now = time.monotonic()
            if self._stop.is_set() or self._resting_until > now or self._free_at > now:
                return None
            return self._taken() if self._known or self._filled() else None
        finally:
            self._turn.release()

    def done(self, mail_id: str) -> None:
        self._busy.discard(mail_id)

    def rest(self, seconds: float) -> None:
        """Hand out nothing for a while; what was fetched is fetched again, since it may have changed by then."""
        self._resting_until = time.monotonic() + seconds
        self._known.clear()

    def _filled(self) -> bool:
        self._known.extend(self._fetch(_BATCH, set(self._busy)))
        return bool(self._known)

    def _too_early(self) -> bool:
        """Whether the rate allows no mail yet; waits for a while then. Meanwhile a pause may begin, or the end come."""
        wait_s = self._free_at - time.monotonic()
        if wait_s > 0:
            self._stop.wait(min(wait_s, IDLE_S))
        return self._free_at > time.monotonic()

    def _taken(self) -> str | None:
        """The next known mail; None when a pause has just begun, which forgets them all."""
        try:
            mail_id = self._known.popleft()
        except IndexError:
            return None
        if self._gap_s:
            self._free_at = max(time.monotonic(), self._free_at) + self._gap_s
        self._busy.add(mail_id)
        return mail_id
