"""The store's clock as seen from here.

An answer is late by its way back, so the time it tells is never too new: the newest of the last few is the best
estimate, and no message ends before its deadline. The event loop's clock is the base, because nobody sets it.
"""

from collections import deque


class Offset:
    def __init__(self, samples: int = 30) -> None:
        self.samples: deque[float] = deque(maxlen=samples)
        self.ms = 0.0

    def learn(self, store_ms: int, loop_s: float) -> None:
        """The store said `store_ms` in an answer that arrived at `loop_s`."""
        self.samples.append(store_ms - loop_s * 1000)
        self.ms = max(self.samples)

    def now_ms(self, loop_s: float) -> int:
        return int(loop_s * 1000 + self.ms)

    def delay_s(self, deadline_ms: int, loop_s: float) -> float:
        """Seconds from `loop_s` until the store's clock shows a deadline."""
        return max(0.0, (deadline_ms - self.ms) / 1000 - loop_s)
