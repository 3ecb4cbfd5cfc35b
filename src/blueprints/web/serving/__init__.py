"""Start a service, or all of them, as a web server."""

from typing import TYPE_CHECKING, Any

from blueprints.web.serving.flags import options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from blueprints.web.service import Service

__all__ = ["options", "run"]


def run(service: "Service", typed: "Mapping[str, Any]", children: "Sequence[str] | None" = None) -> None:
    """Migrate the service's database and serve it until SIGTERM or Ctrl-C; `children` replaces the service's own."""
    from blueprints.web.serving.start import start

    start(service, typed, service.children if children is None else children)
