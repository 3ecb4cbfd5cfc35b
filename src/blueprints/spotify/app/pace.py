"""The app's sense of time, which a measurement can speed up."""

import asyncio
import time


class Pace:
    """Seconds as the app counts them; `speed` of them pass in a real one."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def now(self) -> float:
        """Seconds since some moment; only differences mean anything."""
        return time.monotonic() * self.speed

    def real(self, seconds: float) -> float:
        """How many real seconds these take."""
        return seconds / self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(self.real(seconds))
