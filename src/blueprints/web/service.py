"""What a service says about itself, so that one room can configure, migrate and serve any of them.

Each service has `blueprints/<name>/service.py` with `SERVICE = Service(...)`; neither that nor this imports more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from blueprints.errors import UsageError

NAMES = ("store", "orders", "notifier", "messenger")
FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Service:
    name: str
    """Feature package, section of the configuration, folder below the data folder and label of its Django app."""
    title: str
    port: int
    apps: tuple[str, ...]
    """Its own Django apps, besides the shared ones."""
    urls: str
    """Module with its urlpatterns."""
    config: str
    """`module:class` of its section, which has a field `database`."""
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    """SQLite's pragma: FULL where a power cut must not lose what was acknowledged."""
    interface: Literal["wsgi", "asgi"] = "wsgi"
    application: str = ""
    """`module:callable` of an own ASGI or WSGI application, loaded after Django is set up; else Django's."""
    settings: str = ""
    """`module:function(config)` giving Django settings that are laid over the shared ones."""
    prepare: str = ""
    """`module:function(config, demo)` run after the migrations and before serving."""
    children: tuple[str, ...] = ()
    """`module:function(stop)` of processes kept running beside the server until `stop`, a threading.Event, is set."""
    stop_s: float = 10.0
    """How long those processes may take to finish what they are at, when the service is told to stop."""
    scopes: str = ""
    """`module:name` of the tuple of scopes that its API keys may have."""
    beside: tuple[str, ...] = ()
    """Services started with this one, unless the setting `beside_unless` says where one runs already."""
    beside_unless: str = ""
    mounts: tuple[tuple[str, str], ...] = ()
    """(route, `module:function(config)` giving a folder) that the server hands out without asking Django."""
    server: str = ""
    """`module:function(config)` giving arguments of granian that replace ours."""
    hooks: str = ""
    """`module:function(server, config)` called with the granian server before it starts."""
    threads: int = 4
    """Threads of a worker process that run Django; on PostgreSQL at most 4."""
    keyed: tuple[str, ...] = ()
    """Beginnings of addresses that nothing but an API key opens: no session, form or account is looked at there."""
    warm: tuple[str, ...] = ()
    """Modules that a worker imports before it serves: threads that import them at once may see half of one."""
    body_limit: int = 64 * 1024
    """Largest request body in bytes; beyond it the answer is 413. File uploads have limits of their own."""
    csp: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Directives laid over the shared content security policy."""


def load(name: str) -> Service:
    """The service of that name; raises UsageError."""
    if name not in names():
        raise UsageError(f"no service {name}: there are {', '.join(names())}")
    service: Service = import_module(f"blueprints.{name}.service").SERVICE
    return service


def names() -> list[str]:
    """The services of this installation."""
    return [name for name in NAMES if (FOLDER / name / "service.py").exists()]


def resolve(path: str) -> Any:
    """The object at `module:name`."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
