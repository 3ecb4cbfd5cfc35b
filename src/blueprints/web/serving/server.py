"""The server of a service: granian with its workers, the service's other processes, and an orderly end."""

import encodings.idna  # noqa: F401  # getaddrinfo loads it: a worker forked meanwhile would wait for its lock for ever
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server as GranianServer

from blueprints import output
from blueprints.web import logs
from blueprints.web.config import WebConfig
from blueprints.web.service import Service, resolve
from blueprints.web.serving.answering import answers
from blueprints.web.serving.children import Children, Watched
from blueprints.web.serving.signals import Told
from blueprints.web.serving.start import address_of, mounts

STOP_S = 10
"""How long requests and children may take to finish after SIGTERM."""

FEW_THREADS = 4
MOST_DEATHS, DEATHS_WITHIN_S = 5, 30.0
"""A server whose workers die as often within so many seconds ends, and leaves it to its operator."""


class Granian(GranianServer):  # type: ignore[misc,valid-type]  # a choice of classes by platform
    """Calls `started` when the workers are there.

    Workers are forks. A thread that runs before the fork may hold a lock, of a module that it imports for instance,
    which would stay locked in the worker for ever: so nothing else starts before the workers do.
    """

    started: Callable[[], None]
    deaths: tuple[float, ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.told = Told()

    def signal_handler_interrupt(self, *_: Any, **__: Any) -> None:
        """A signal during the start is heard once the workers are there."""
        self.told.note()

    def _respawn_workers(self, workers: list[int], *args: Any, **options: Any) -> None:
        """Granian gives up at the second death within seconds; several are forgiven here."""
        super()._respawn_workers(workers, *args, **options)
        now = time.monotonic()
        self.deaths = (*(at for at in self.deaths if now - at < DEATHS_WITHIN_S), now)
        if len(self.deaths) < MOST_DEATHS:
            self.respawned_wrks.clear()

    def _spawn_workers(self, *args: Any) -> None:
        super()._spawn_workers(*args)
        self.told.listen(super().signal_handler_interrupt)
        self.started()

    def _stop_workers(self) -> None:
        """Wait for the workers before granian does, which takes one that has just ended for one that refuses to.

        Its own thread waits for each worker too, and whoever is second learns only a moment later that it has ended.
        """
        for worker in self.wrks:
            worker.terminate()
        deadline = time.monotonic() + STOP_S
        while any(worker.is_alive() for worker in self.wrks) and time.monotonic() < deadline:
            time.sleep(0.01)
        super()._stop_workers()


class Server:
    """Runs until SIGTERM or Ctrl-C."""

    def __init__(
        self, service: Service, config: Any, host: str, port: int, workers: int, children: Sequence[Watched]
    ) -> None:
        self.service = service
        self.address = address_of(host, port)
        self.children = Children(children)
        self.granian = Granian(**self._options(config, host, port, workers))
        self.granian.started = self._started
        self.granian.on_shutdown(self.children.stop)
        if service.hooks:
            resolve(service.hooks)(self.granian, config)

    def run(self) -> None:
        self.granian.serve()

    def _options(self, config: Any, host: str, port: int, workers: int) -> dict[str, Any]:
        from blueprints import config as configuration

        shared = configuration.load("web", WebConfig)
        found = mounts(self.service, config)
        is_wsgi = self.service.interface == "wsgi"
        options: dict[str, Any] = {
            "target": f"blueprints.web.application:{self.service.name}",
            "address": host,
            "port": port,
            "interface": Interfaces.WSGI if is_wsgi else Interfaces.ASGI,
            "workers": workers,
            "blocking_threads": threads(self.service) if is_wsgi else 1,
            "websockets": False,
            "backlog": 2048,
            "respawn_failed_workers": True,
            "workers_kill_timeout": STOP_S,
            "log_level": LogLevels.warning,
            "log_dictconfig": logs.config(shared.log_level, self.service.name),
            "static_path_route": [route for route, _ in found],
            "static_path_mount": [folder for _, folder in found],
            "static_path_expires": 31_536_000,
        }
        return options | dict(resolve(self.service.server)(config) if self.service.server else {})

    def _started(self) -> None:
        self.children.start()
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        """Print the address once the first worker answers there."""
        pause = threading.Event()
        for _ in range(600):
            if answers(self.address):
                break
            pause.wait(0.1)
        else:
            return
        output.line(f"{self.service.title} is ready at {self.address}/")
        flush()


def threads(service: Service) -> int:
    """Threads that run Django in a worker: on PostgreSQL few, since there is a worker for each core."""
    from django.db import connection

    return service.threads if connection.vendor == "sqlite" else min(service.threads, FEW_THREADS)


def flush() -> None:
    import sys

    sys.stdout.flush()
