"""What the app knows of the player: looks at it as rarely as will do, and shows at once what a command will change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blueprints import clock
from blueprints.errors import AuthError, BlueprintsError
from blueprints.spotify.app.network import Network
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.polling import next_look_s, progress_now
from blueprints.spotify.errors import QuotaUsedUp, RateLimited
from blueprints.spotify.player import SETTLE_S

TRUST_S = 4.0
"""How long an expected value outweighs a look that still shows the old one."""
AGAIN_S = 1.5
"""Seconds to a further look where the first after a command did not show its effect."""


@dataclass(frozen=True)
class Expected:
    """A value that a command will bring about."""

    apply: Callable[[Json, float], Json]
    """The status with the value in it, the given seconds after the command."""
    is_true: Callable[[Json, float], bool]
    since: float


class Watch:
    """`changed` is called whenever there is something else to show, `failed` with what a look ran into."""

    def __init__(
        self,
        network: Network,
        fetch: Callable[[], Json],
        pace: Pace,
        poll_s: float,
        *,
        changed: Callable[[], Any],
        failed: Callable[[BlueprintsError], Any],
    ) -> None:
        self.status: Json | None = None
        self.stale_since = ""
        """The local time of the state shown, while newer ones cannot be had."""
        self.is_focused = True
        self._network = network
        self._fetch = fetch
        self._pace = pace
        self._poll_s = poll_s
        self._changed = changed
        self._failed = failed
        self._at = 0.0
        self._time_text = ""
        self._expected: dict[str, Expected] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = -1e9

    def progress_ms(self) -> int | None:
        """Milliseconds into the item, by the local clock."""
        return None if self.status is None else progress_now(self.status, self._pace.now() - self._at)

    # looking

    def look(self) -> "asyncio.Task[None]":
        """Ask the player now; while an answer is on its way that one will do."""
        self._cancel()
        if self._looking is None or self._looking.done():
            self._looked_at = self._pace.now()
            self._looking = asyncio.ensure_future(self._look())
        return self._looking

    def soon(self, seconds: float = SETTLE_S) -> None:
        """Look once, `seconds` from now, instead of the look that was planned."""
        self._cancel()
        self._timer = asyncio.get_running_loop().call_later(self._pace.real(seconds), self.look)

    def nudge(self) -> None:
        """A key was pressed: where no look is planned, one is due if the last is some time ago."""
        idle = self._timer is None and (self._looking is None or self._looking.done())
        if idle and not self._network.is_used_up and self._pace.now() - self._looked_at >= self._poll_s:
            self.look()

    def focus(self, is_focused: bool) -> None:
        self.is_focused = is_focused
        if is_focused:
            self.look()
        else:
            self._cancel()

    def close(self) -> None:
        self._cancel()
        if self._looking:
            self._looking.cancel()

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    async def _look(self) -> None:
        try:
            found = await self._network.call(self._fetch)
        except BlueprintsError as error:
            self.stale_since = self._time_text
            self._failed(error)
            self._after_failure(error)
        else:
            self.stale_since = ""
            self._take(found)
        self._changed()

    def _after_failure(self, error: BlueprintsError) -> None:
        """A network that is away is asked again; a dead login or a used up quota waits for the user."""
        if isinstance(error, QuotaUsedUp | AuthError) or not self.is_focused:
            return
        if isinstance(error, RateLimited):
            self.soon(max(self._poll_s, self._network.paused_s() + 0.5))
        elif self.status is None or self.status["is_playing"]:
            self.soon(self._poll_s)

    def _take(self, found: Json) -> None:
        now = self._pace.now()
        self._time_text = f"{clock.now().astimezone():%H:%M:%S}"
        for name, expected in list(self._expected.items()):
            since = now - expected.since
            if expected.is_true(found, since) or since > TRUST_S:
                del self._expected[name]
            else:
                found = expected.apply(found, since)
        self.status, self._at = found, now
        self._plan()

    def _plan(self) -> None:
        if self._expected and self.is_focused:
            self.soon(AGAIN_S)
            return
        wait_s = next_look_s(self.status, self._poll_s, is_focused=self.is_focused)
        if wait_s is not None:
            self.soon(wait_s)

    # expecting

    def expect(self, name: str, expected: Callable[[float], Expected]) -> None:
        """Show now what a command is going to change."""
        now = self._pace.now()
        made = expected(now)
        self._expected[name] = made
        if self.status is not None:
            progress = self.progress_ms()
            self.status = made.apply({**self.status, "progress_ms": progress}, 0.0)
            self._at = now
        self._changed()

    def drop_expectations(self) -> None:
        """A command failed: only looks count again."""
        self._expected.clear()


def value(name: str, wanted: Any) -> Callable[[float], Expected]:
    """A field of the status, such as `is_playing`."""
    return lambda now: Expected(
        lambda status, _since: {**status, name: wanted}, lambda status, _since: status[name] == wanted, now
    )


def volume(percent: int) -> Callable[[float], Expected]:
    """The volume in percent, where a device is active."""

    def apply(status: Json, _since: float) -> Json:
        device = status["device"]
        return {**status, "device": {**device, "volume_percent": percent}} if device else status

    def is_true(status: Json, _since: float) -> bool:
        device = status["device"]
        return device is None or bool(device["volume_percent"] == percent)

    return lambda now: Expected(apply, is_true, now)


def position(milliseconds: int) -> Callable[[float], Expected]:
    """The position, which moves on while it plays; 3 seconds off is still right."""

    def reached(status: Json, since: float) -> int:
        return milliseconds + (int(since * 1000) if status["is_playing"] else 0)

    def apply(status: Json, since: float) -> Json:
        return {**status, "progress_ms": reached(status, since)}

    def is_true(status: Json, since: float) -> bool:
        return bool(abs((status["progress_ms"] or 0) - reached(status, since)) < 3000)

    return lambda now: Expected(apply, is_true, now)
