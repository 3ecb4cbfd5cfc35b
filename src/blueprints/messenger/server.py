"""How the server is told to hold thousands of streams, and to let them go when it stops."""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from blueprints import output

if TYPE_CHECKING:
    from types import FrameType

    from blueprints.messenger.config import MessengerConfig

SPARE = 512
"""Connections beside the streams: a server that counts only streams would not answer /healthz."""
GOODBYE = signal.SIGUSR1


def options(config: MessengerConfig) -> dict[str, Any]:
    """Arguments of granian that replace those of other services."""
    connections = config.max_streams + SPARE
    allowed = _raise_file_limit(connections + SPARE)
    if allowed < connections + SPARE:
        output.warning(
            f"this process may open {allowed} files, too few for messenger.max_streams ({config.max_streams}): "
            "raise the limit (ulimit -Hn), or allow fewer streams"
        )
    return {"backpressure": connections, "backlog": 4096, "workers_kill_timeout": 5}


def hook(server: Any, _config: MessengerConfig) -> None:
    """An open stream would hold up the end of the server for ever: first tell the workers to end theirs."""
    server.on_startup(lambda: _say_goodbye_first(server))


def _say_goodbye_first(server: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        stop: Any = signal.getsignal(number)

        def goodbye(number: int, frame: FrameType | None, stop: Any = stop) -> None:
            for worker in server.wrks:
                with suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, GOODBYE)
            stop(number, frame)

        signal.signal(number, goodbye)


def _raise_file_limit(wanted: int) -> int:
    """How many files may be open now: as many as wanted, if the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else max(soft, min(wanted, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
