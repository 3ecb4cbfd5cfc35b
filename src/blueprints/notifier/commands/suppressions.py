"""Commands about addresses that get no mail."""

from collections.abc import Sequence

import click

from blueprints import command, output
from blueprints.web.client import flags


@click.group(cls=command.Group)
def suppressions() -> None:
    """Addresses that get no mail, or no alerts."""


@suppressions.command("list", epilog="Example: blueprints notifier suppressions list")
def list_suppressions() -> None:
    """All of them, newest first, with the cause."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        if flags.as_json():
            for found in client.suppressions():
                output.json_line(found)
            return
        rows = [(row["address"], row["cause"], row["created_at"][:10], row["note"]) for row in client.suppressions()]
    output.table(rows, ("address", "cause", "since", "note"), empty="no address is suppressed")


@suppressions.command(epilog="Example: blueprints notifier suppressions add ada@example.org --note 'asked by phone'")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--note", default="", help="Why.")
def add(addresses: Sequence[str], note: str) -> None:
    """No more mail to these addresses."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        for address in addresses:
            made = client.suppress(address, note)
            output.json_line(made) if flags.as_json() else output.line(f"{made['address']} gets no more mail")


@suppressions.command(epilog="Example: blueprints notifier suppressions remove ada@example.org")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
def remove(addresses: Sequence[str]) -> None:
    """Mail to these addresses again, whatever the cause was."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        for address in addresses:
            client.allow(address)
            output.json_line({"removed": address}) if flags.as_json() else output.line(f"{address} gets mail again")
