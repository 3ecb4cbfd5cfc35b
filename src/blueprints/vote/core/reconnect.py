"""How long to wait before the stream is tried again, by what happened to the last attempt.

Waits in seconds as the platform asks: a drop reconnects at once; network errors wait 0.25 s more each time, to 16 s;
HTTP errors 5 s, doubling to 320 s; a rate limit 60 s, doubling, or until the moment the answer names. A connection that
lived less than 5 s is a network error. Within 15 minutes at most 50 connections are made.
"""

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    network_step_s: float = 0.25
    network_most_s: float = 16.0
    http_first_s: float = 5.0
    http_most_s: float = 320.0
    limited_first_s: float = 60.0
    lived_s: float = 5.0
    silence_s: float = 20.0
    """Without a byte for so long the connection is dead; the platform sends one at least as often."""
    connects: int = 50
    connects_within_s: float = 900.0


@dataclass
class Backoff:
    pace: Pace = Pace()
    _network_s: float = 0.0
    _http_s: float = 0.0
    _made: deque[float] = field(default_factory=deque)

    def connected(self) -> None:
        """The answer was 200; whether that was worth anything shows when it ends."""
        self._http_s = 0.0

    def dropped(self, lived_s: float) -> float:
        if lived_s < self.pace.lived_s:
            return self.failed()
        self._network_s = 0.0
        return 0.0

    def failed(self) -> float:
        self._network_s = min(self._network_s + self.pace.network_step_s, self.pace.network_most_s)
        return self._network_s

    def refused(self) -> float:
        return self._doubled(self.pace.http_first_s)

    def limited(self, until_s: float | None) -> float:
        """`until_s`: seconds to the moment that the answer names."""
        wait_s = self._doubled(self.pace.limited_first_s)
        return wait_s if until_s is None else max(until_s, 0.0)

    def _doubled(self, first_s: float) -> float:
        self._http_s = min(max(self._http_s * 2, first_s), self.pace.http_most_s)
        return self._http_s

    def attempt(self, now_s: float) -> float:
        """Note an attempt to connect; the seconds to wait before it, so that the limit of connects is kept."""
        while self._made and now_s - self._made[0] >= self.pace.connects_within_s:
            self._made.popleft()
        wait_s = 0.0
        if len(self._made) >= self.pace.connects:
            wait_s = self._made.popleft() + self.pace.connects_within_s - now_s
        self._made.append(now_s + wait_s)
        return wait_s
