"""The flags that every `serve` command has."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from blueprints.web.service import Service

PORT = click.IntRange(0, 65535)
WORKERS = "1; on PostgreSQL one per core, at most 4"
DATABASE = "SQLite in the data folder"

F = TypeVar("F", bound=Callable[..., Any])


def options(service: Service) -> Callable[[F], F]:
    """Decorator: --host, --port, --workers, --database and --demo."""
    flags = (
        click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
        click.option("--port", default=service.port, show_default=True, type=PORT, help="0: any free one."),
        click.option("--workers", type=click.IntRange(1, 64), help=f"Worker processes.  [default: {WORKERS}]"),
        click.option("--database", metavar="URL", help=f"sqlite:///path or postgresql://…  [default: {DATABASE}]"),
        click.option("--with-parent", is_flag=True, hidden=True),
        click.option("--demo", is_flag=True, help="Fill an empty database with an example."),
    )

    def decorate(function: F) -> F:
        for flag in reversed(flags):
            function = flag(function)
        return function

    return decorate
