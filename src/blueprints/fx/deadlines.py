"""An end to waiting, whatever is waited for; and waiting for several things at once.

The timeouts of a connection bound each of its reads: a server that sends a byte now and then, or a name that is long in
being looked up, passes them all.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
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

    def result(self, seconds: float | None = None) -> T:
        """Raises Late when there is none after so many seconds."""
        self.join(None if seconds is None else max(0.0, seconds))
        if self.error is not None:
            raise self.error
        if not self.results:
            raise Late
        return self.results[0]


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call returns or raises; raises Late after so many seconds, and leaves the call to itself."""
    return _begun(call).result(seconds)


def in_order(calls: Iterable[Callable[[], T]], at_once: int) -> Iterator[T]:
    """What each call returns, in their order, while so many run; raises what one raised, and leaves the later ones."""
    running: deque[_Call[T]] = deque()
    for call in calls:
        running.append(_begun(call))
        if len(running) == at_once:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def _begun(call: Callable[[], T]) -> _Call[T]:
    made = _Call(call)
    made.start()
    return made
