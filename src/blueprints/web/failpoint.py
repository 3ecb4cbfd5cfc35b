"""Places where a test may kill the process, as a power cut or the kernel would.

`BLUEPRINTS_FAILPOINT=orders.create.before_commit:3` sends SIGKILL to the process at its third pass of that point;
several are separated by commas. With `BLUEPRINTS_FAILPOINT_MARKS=<folder>` each point kills one process only, which
leaves a mark in that folder; without it every process that is started again may die anew.
"""

import os
import signal
import threading
from pathlib import Path

NAMED = tuple(filter(None, os.environ.get("BLUEPRINTS_FAILPOINT", "").split(",")))
_passes: dict[str, int] = {}
_lock = threading.Lock()


def reach(point: str) -> None:
    """Mark a point; does nothing unless $BLUEPRINTS_FAILPOINT names it."""
    for wanted in NAMED:
        name, _, count = wanted.partition(":")
        if name == point and _passed(point) == int(count or 1) and _is_first(point):
            os.kill(os.getpid(), signal.SIGKILL)


def _is_first(point: str) -> bool:
    folder = os.environ.get("BLUEPRINTS_FAILPOINT_MARKS")
    if not folder:
        return True
    try:
        Path(folder, point).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _passed(point: str) -> int:
    with _lock:
        _passes[point] = _passes.get(point, 0) + 1
        return _passes[point]
