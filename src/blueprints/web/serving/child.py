"""`python -m blueprints.web.serving.child SERVICE module:function`: a process beside a server."""

import signal
import sys
import threading

from blueprints.web import settings
from blueprints.web.service import resolve
from blueprints.web.serving import parent


def main(service: str, function: str) -> None:
    """Run the function until SIGTERM, or until the server that started it is gone.

    Before it has begun there is nothing to finish: told to stop while it is still loading, the process ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings.configure(service)
    work = resolve(function)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent.when_gone(stop.set)
    work(stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
