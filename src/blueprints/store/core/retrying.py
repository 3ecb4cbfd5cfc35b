"""When a checkout that got no answer is sent again."""

from datetime import timedelta

_DELAYS_S = (1, 5, 30, 120)
_LATER_S = 600
_JITTER = 0.2


def delay(attempts: int, chance: float) -> timedelta:
    """The wait after `attempts` failed ones, ±20 %; `chance` from 0 to 1 decides where in that."""
    seconds = _DELAYS_S[attempts - 1] if 1 <= attempts <= len(_DELAYS_S) else _LATER_S
    return timedelta(seconds=seconds * (1 - _JITTER + 2 * _JITTER * chance))


def refused(status: int) -> bool:
    """Whether the orders service has said a final no: any 4xx that is no matter of access, time or load."""
    return 400 <= status < 500 and status not in {401, 403, 408, 409, 425, 429}
