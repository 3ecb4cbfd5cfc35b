"""`blueprints serve messenger`, and `blueprints messenger`: the client of its API."""

from __future__ import annotations

import os
from typing import Any

import click

from blueprints import command, config
from blueprints.errors import UsageError
from blueprints.messenger.config import MessengerConfig
from blueprints.messenger.service import SERVICE
from blueprints.web import serving


@click.command(epilog="Example: blueprints serve messenger --demo")
@serving.options(SERVICE)
@config.options(MessengerConfig, "store", "lifetime")
@click.option("--redis-url", metavar="URL", help="Address of Redis, for --store redis.")
def serve(redis_url: str | None, **typed: Any) -> None:
    """Serve the messenger: rooms in the browser whose messages vanish in time."""
    if redis_url is not None:
        os.environ["BLUEPRINTS_MESSENGER__REDIS__URL"] = redis_url
    settings = config.load("messenger", MessengerConfig, typed)
    if settings.store == "memory" and (typed.get("workers") or 1) > 1:
        raise UsageError("The memory store serves one process; use --store redis.")
    serving.run(SERVICE, typed)


@click.group(cls=command.Group)
def cli() -> None:
    """Read and post from the terminal."""
