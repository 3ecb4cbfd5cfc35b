"""Blocking calls in threads of their own, and the pauses that Spotify asks for.

The threads are daemons: leaving the app never waits for a network that hangs.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from blueprints import clock
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.errors import QuotaUsedUp, RateLimited

T = TypeVar("T")
AT_ONCE = 4
PATIENCE_S = 10.0
"""A pause that is waited out by the call itself; a longer one is told, and the call given up."""
UNTOLD_S = (1.0, 2.0, 4.0)


class Network:
    """`is_used_up` is set by a quota refusal until the user acts."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.is_used_up = False
        self._until = 0.0
        self._untold = 0
        self._free = asyncio.Semaphore(AT_ONCE)

    def paused_s(self) -> float:
        """Seconds left of the pause that Spotify asked for."""
        return max(0.0, self._until - self.pace.now())

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """What `function` returns or raises; raises RateLimited at once while a long pause lasts."""
        while True:
            await self._wait()
            try:
                async with self._free:
                    found = await in_thread(function, *args)
            except RateLimited as limit:
                self._pause(limit.seconds)
                continue
            except QuotaUsedUp:
                self.is_used_up = True
                raise
            self._untold = 0
            return found

    async def _wait(self) -> None:
        left = self.paused_s()
        if left > PATIENCE_S:
            at = (clock.now() + timedelta(seconds=left)).astimezone()
            raise RateLimited(f"Spotify limits the rate of requests: again at {at:%H:%M:%S}", left)
        if left:
            await self.pace.sleep(left)

    def _pause(self, seconds: float) -> None:
        """Nothing is asked for `seconds`; where Spotify told none, for 1, 2, then 4 s, then a minute."""
        if not seconds:
            seconds = UNTOLD_S[self._untold] if self._untold < len(UNTOLD_S) else 60.0
            self._untold += 1
        self._until = max(self._until, self.pace.now() + seconds)


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """The function's result, out of a daemon thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def work() -> None:
        try:
            outcome: tuple[Any, BaseException | None] = function(*args), None
        except BaseException as error:  # noqa: BLE001 - handed on to whoever awaits it
            outcome = None, error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, daemon=True).start()
    return await future
