"""`blueprints serve …`: one command for each service, and `all`."""

import click

from blueprints.command import LazyGroup
from blueprints.web import service as services


@click.group(
    cls=LazyGroup,
    lists={
        "Services": {name: (f"blueprints.{name}", "serve") for name in services.names()},
        "Together": {"all": ("blueprints.web.together", "cli")},
    },
    epilog="Example: blueprints serve store --demo",
)
def cli() -> None:
    """Start a service, or all of them, as a web server.

    It makes and migrates its database, prints its address when it answers, and finishes its work on SIGTERM.
    """
