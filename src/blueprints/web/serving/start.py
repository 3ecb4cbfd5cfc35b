"""From flags to a running service: settings handed to the worker processes, database made ready, server started."""

import os
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueprints import config as configuration
from blueprints.clock import duration_text
from blueprints.errors import BlueprintsError
from blueprints.web import readying
from blueprints.web import settings as web_settings
from blueprints.web.service import Service, resolve
from blueprints.web.serving import parent

if TYPE_CHECKING:
    from blueprints.web.serving.children import Watched

MOST_WORKERS = 4


def start(service: Service, typed: Mapping[str, Any], children: Sequence[str]) -> None:
    """Serve until told to stop."""
    export(service, typed)
    reserved = reserve(typed["host"], typed["port"], kept=bool(typed.get("with_parent")))
    host, port = reserved.getsockname()[:2]
    os.environ[web_settings.SERVED_AT] = f"{typed['host']} {host}"
    with readying.alone(service):
        companions = beside(service, host, port, demo=bool(typed.get("demo")))
        config = configuration.load(service.name, resolve(service.config))
        web_settings.configure(service.name)
        prepare(service, config, demo=bool(typed.get("demo")))
        if typed.get("demo"):
            offer_admin(service, address_of(host, port))
    from blueprints.web.serving.children import functions_of
    from blueprints.web.serving.server import Server

    workers = typed.get("workers") or default_workers(service)
    if typed.get("with_parent"):
        end_with_parent()
    Server(service, config, host, port, workers, [*functions_of(service.name, children), *companions]).run()
    reserved.close()


def beside(service: Service, host: str, port: int, *, demo: bool) -> "list[Watched]":
    """The services that this one brings along, started later by its server; none where one is configured."""
    if not service.beside or getattr(configuration.load(service.name, resolve(service.config)), service.beside_unless):
        return []
    from blueprints.web.together.run import beside as companions

    return companions(service, host, port, demo=demo)


def end_with_parent() -> None:
    """Finish as on SIGTERM when standard input ends, which it does when the process that holds it is gone."""
    parent.when_gone(lambda: os.kill(os.getpid(), signal.SIGTERM))


def export(service: Service, typed: Mapping[str, Any]) -> None:
    """Put typed flags that are settings into the environment, where workers and children find them."""
    names = {field.name for field in fields(resolve(service.config))}
    for name, value in typed.items():
        if name in names and value is not None:
            os.environ[f"BLUEPRINTS_{service.name.upper()}__{name.upper()}"] = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return str(value)


def reserve(host: str, port: int, *, kept: bool = False) -> socket.socket:
    """A bound socket that keeps the port ours; the workers listen beside it. Raises BlueprintsError when it is taken.

    The workers share the port by SO_REUSEPORT, which would also let two services share it unnoticed: the first,
    exclusive attempt finds out. `kept` leaves it out, where the process that started this one keeps the port for it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if not kept:
            port = _free(family, host, port)
        held = socket.socket(family)
        if hasattr(socket, "SO_REUSEPORT"):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((host, port))
    except OSError as error:
        raise BlueprintsError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    return held


def _free(family: socket.AddressFamily, host: str, port: int) -> int:
    """That port, or any for 0, when nobody has it; raises OSError otherwise."""
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)
        return int(probe.getsockname()[1])


def default_workers(service: Service) -> int:
    """One on SQLite, where a second process only waits for the lock; one per core on PostgreSQL."""
    from django.db import connection

    if connection.vendor == "sqlite" or service.interface == "asgi":
        return 1
    return min(os.cpu_count() or 1, MOST_WORKERS)


def prepare(service: Service, config: Any, *, demo: bool) -> None:
    """Make the database, apply migrations, gather static files, and let the service make ready what it needs."""
    from django.core.management import call_command
    from django.db import connection

    with readying.usable(service), readying.one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if service.prepare:
            resolve(service.prepare)(config, demo)
    call_command("collectstatic", verbosity=0, interactive=False)
    connection.close()


def offer_admin(service: Service, address: str) -> None:
    """Say how to log in to the admin of a demo, with an account made for it."""
    from django.db import connection

    from blueprints.web.accounts import demo

    with readying.one_at_a_time():
        demo.offer(web_settings.folder(service), service.title, address)
    connection.close()


def address_of(host: str, port: int) -> str:
    """Where a browser on this machine finds what listens on `host`."""
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104  # compared
    return f"http://{shown}:{port}"


def mounts(service: Service, config: Any) -> list[tuple[str, Path]]:
    """(route, folder) of everything that the server hands out itself."""
    from django.conf import settings

    found = [("/static", Path(str(settings.STATIC_ROOT)))]
    return [*found, *((route, Path(resolve(path)(config))) for route, path in service.mounts)]
