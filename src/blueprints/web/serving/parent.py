"""A process that ends with the one that started it, however that ended."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

ORPHAN_S = 3.0
"""How long a worker without its main process may finish requests."""


def when_gone(act: Callable[[], object]) -> None:
    """Call `act` from a thread once the process that holds our standard input is gone.

    The raw descriptor is read: a buffered reader would hold its lock into the interpreter's shutdown, which is fatal.
    """

    def watch() -> None:
        while os.read(0, 4096):
            pass
        act()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def end_worker_with_main() -> None:
    """In a worker of the server: finish, and let go of the port, once the main process is gone."""
    main = multiprocessing.parent_process()
    if main is None:
        return

    def watch() -> None:
        main.join()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(ORPHAN_S)
        os._exit(1)

    threading.Thread(target=watch, name="main", daemon=True).start()
