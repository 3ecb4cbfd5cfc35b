"""Places where a test may kill the process, as a power cut or the kernel would.

`BLUEPRINTS_FAILPOINT=orders.create.before_commit:3` sends SIGKILL to the process at its third pass of that point;
several are separated by commas.
"""

import os
import signal
import threading

_passes: dict[str, int] = {}
_lock = threading.Lock()


def reach(point: str) -> None:
    """Mark a point; does nothing unless $BLUEPRINTS_FAILPOINT names it."""
    for wanted in os.environ.get("BLUEPRINTS_FAILPOINT", "").split(","):
        name, _, count = wanted.partition(":")
        if name == point and _passed(point) == int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)


def _passed(point: str) -> int:
    with _lock:
        _passes[point] = _passes.get(point, 0) + 1
        return _passes[point]
