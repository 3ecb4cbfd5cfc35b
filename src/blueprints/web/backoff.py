"""When to try again what failed."""

from collections.abc import Callable, Sequence
from datetime import timedelta


def delay(schedule: Sequence[timedelta], attempts: int, jitter: float, random: Callable[[], float]) -> timedelta | None:
    """The pause after that many attempts, spread by ± `jitter`; None when the schedule is used up.

    `schedule[0]` is the pause before the first attempt, `schedule[n]` the one after n; `random` gives 0 ≤ x < 1.
    """
    if attempts >= len(schedule):
        return None
    return schedule[attempts] * (1 + jitter * (2 * random() - 1))
