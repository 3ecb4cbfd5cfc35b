"""Being told to stop, as often as somebody likes."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress


class Told:
    """Passes signals on to a thread.

    A handler runs in the middle of whatever the main thread does. One that takes a lock, as setting an event does,
    waits for ever where the main thread, or the handler of the signal before, holds that lock just then. So the handler
    only writes into a pipe.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def note(self, *_: object) -> None:
        """The handler; it may run before anybody listens."""
        with suppress(BlockingIOError):  # full of signals that nobody has heard of yet
            os.write(self._writer, b".")

    def listen(self, act: Callable[[], object]) -> None:
        """Call `act` from a thread for signals noted so far and from now on."""

        def watch() -> None:
            while os.read(self._reader, 4096):
                act()

        threading.Thread(target=watch, name="signals", daemon=True).start()


def when_told(act: Callable[[], object]) -> None:
    """Call `act` from a thread at SIGTERM and at Ctrl-C."""
    told = Told()
    told.listen(act)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told.note)
