"""The notifier's commands: a client of the service, and what needs none."""

from typing import Any

import click

from blueprints import command
from blueprints.notifier.commands import mails, package, suppressions, templates, trial
from blueprints.notifier.service import SERVICE
from blueprints.web import serving
from blueprints.web.client import flags


@click.group(cls=command.Group, epilog="Example: blueprints notifier list --state unknown")
def cli() -> None:
    """See what was sent, send again, settle what is in doubt; look at templates and try the channel."""


for each in (
    mails.list_mails,
    mails.show,
    mails.resend,
    mails.resolve,
    suppressions.suppressions,
):
    cli.add_command(each)
flags.add_to(cli, "notifier.base_url")
for each in (templates.templates, templates.preview, trial.test_mail, package.package):
    cli.add_command(each)


@click.command(epilog="Example: blueprints serve notifier --port 8002")
@serving.options(SERVICE)
@click.option("--no-sender", is_flag=True, help="Take mails without sending them; another process sends.")
def serve(no_sender: bool, **typed: Any) -> None:
    """Record and send the mails of the shop.

    Mails are written to files until a channel is configured: see `notifier.channel`.
    """
    serving.run(SERVICE, typed, children=() if no_sender else SERVICE.children)
