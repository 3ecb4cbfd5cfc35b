"""`python -m blueprints.web.serving.child SERVICE module:function`: a process beside a server."""

import os
import signal
import sys
import threading

from blueprints.web import settings
from blueprints.web.service import resolve
from blueprints.web.serving import parent
from blueprints.web.serving.signals import when_told


def main(service: str, function: str) -> None:
    """Run the function until SIGTERM, or until the server that started it is gone.

    Before it has begun there is nothing to finish: told to stop while it is still loading, the process ends at once.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    settings.configure(service)
    work = resolve(function)
    stop = threading.Event()
    when_told(stop.set)
    parent.when_gone(stop.set)
    work(stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
