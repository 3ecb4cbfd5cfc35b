"""The shop's database, opened for a command, and the flags that every command has."""

from __future__ import annotations

import click

DATABASE = click.option("--database", metavar="URL", help="The shop's database, where it is not the configured one.")
KIND = click.option(
    "--format", "kind", type=click.Choice(["csv", "json"]), help="Kind of file.  [default: by its name, else csv]"
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def shop(database: str | None = None) -> None:
    """Set Django up for the shop's database, which is made when it is not there.

    Addresses that are not configured are those of the shop as it was last started.
    """
    import os

    if database:
        os.environ["BLUEPRINTS_STORE__DATABASE"] = database
    from blueprints.store import started
    from blueprints.web import readying, settings
    from blueprints.web.service import load

    os.environ.update(started.environment())
    settings.configure("store")
    readying.migrate(load("store"))
