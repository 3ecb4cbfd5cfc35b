"""A process that ends with the one that started it, because its standard input does."""

import os
import threading
from collections.abc import Callable


def when_gone(act: Callable[[], object]) -> None:
    """Call `act` from a thread once the process that holds our standard input is gone.

    The raw descriptor is read: a buffered reader would hold its lock into the interpreter's shutdown, which is fatal.
    """

    def watch() -> None:
        while os.read(0, 4096):
            pass
        act()

    threading.Thread(target=watch, name="parent", daemon=True).start()
