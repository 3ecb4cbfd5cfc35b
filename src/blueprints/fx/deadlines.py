"""An end to waiting, whatever is waited for.

The timeouts of a connection bound each of its reads: a server that sends a byte now and then, or a name that is long in
being looked up, passes them all.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Exception):
    """The time is over."""


class _Call(threading.Thread, Generic[T]):
    """A call in a thread of its own, which does not keep the program alive."""

    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self.call = call
        self.results: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.results.append(self.call())
        except BaseException as error:  # noqa: BLE001 - raised again where it was waited for
            self.error = error


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call returns or raises; raises Late after so many seconds, and leaves the call to itself."""
    running = _Call(call)
    running.start()
    running.join(max(0.0, seconds))
    if running.error is not None:
        raise running.error
    if not running.results:
        raise Late
    return running.results[0]
