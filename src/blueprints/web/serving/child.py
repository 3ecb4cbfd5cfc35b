"""`python -m blueprints.web.serving.child SERVICE module:function`: a process beside a server."""

import os
import signal
import sys
import threading
from collections.abc import Callable

from blueprints.web import settings
from blueprints.web.service import resolve
from blueprints.web.serving import parent


def main(service: str, function: str) -> None:
    """Run the function until SIGTERM, or until the server that started it is gone.

    Before it has begun there is nothing to finish: told to stop while it is still loading, the process ends at once.
    """
    on_signals(lambda: os._exit(0))
    settings.configure(service)
    work = resolve(function)
    stop = threading.Event()
    on_signals(stop.set)
    parent.when_gone(stop.set)
    work(stop)


def on_signals(act: Callable[[], object]) -> None:
    """Call `act` at SIGTERM and at Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: act())


if __name__ == "__main__":
    main(*sys.argv[1:])
