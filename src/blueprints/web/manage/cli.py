"""`blueprints manage SERVICE COMMAND…`."""

import sys

import click

from blueprints.completion import completed
from blueprints.errors import BlueprintsError
from blueprints.web import service as services


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Example: blueprints manage orders create_key finance --scope orders:read",
)
@click.argument("service", metavar="SERVICE", shell_complete=completed(lambda: services.NAMES))
@click.argument("words", metavar="COMMAND…", nargs=-1, type=click.UNPROCESSED)
def cli(service: str, words: tuple[str, ...]) -> None:
    """Run a Django command on a service, with its settings and its database.

    SERVICE is store, orders, notifier or messenger. Without COMMAND it lists what there is.
    """
    services.load(service)
    from blueprints.web import settings

    settings.configure(service)
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    program = f"blueprints manage {service}"
    try:
        utility = ManagementUtility([program, *(words or ("help",))])
        utility.prog_name = program
        utility.execute()
    except CommandError as error:
        raise BlueprintsError(str(error)) from error
    except DatabaseError as error:
        raise BlueprintsError(f"{service}: {str(error).strip().splitlines()[0]}") from error
    sys.stdout.flush()
