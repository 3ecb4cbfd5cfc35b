"""`python -m blueprints.web.serving.child SERVICE module:function`: a process beside a server."""

import gc
import os
import signal
import sys
import threading

from blueprints.web import settings
from blueprints.web.service import resolve
from blueprints.web.serving import parent
from blueprints.web.serving.signals import when_told

COLLECT_AFTER = 10_000
"""New objects between two collections of garbage; Python's own 700 are made by a handful of rows."""


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
    _calm_the_collector()
    work(stop)


def _calm_the_collector() -> None:
    """What is loaded by now stays: walking over it again and again costs a tenth of the time of a mail."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


if __name__ == "__main__":
    main(*sys.argv[1:])
