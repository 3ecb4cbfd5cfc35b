"""Waiting for something to become true, never for time to pass."""

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object], within_s: float = 60) -> None:
    """Look again and again; the deadline is far, for machines that are busy."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.02)
