"""Commands that look at mails and decide about them, through the service's API."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from blueprints import output
from blueprints.clock import local_text
from blueprints.notifier.commands import layout
from blueprints.notifier.core.kind import KINDS
from blueprints.notifier.core.state import STATES
from blueprints.web.client import flags

_NAME_WIDTH = 30
_COLUMNS_A_LINE = 126
"""A terminal with fewer folds ids and addresses of mails that are listed on a line each."""


@click.command("list", epilog="Example: blueprints notifier list --state unknown")
@click.option("--state", type=click.Choice(STATES), help="Only mails in this state.")
@click.option("--kind", type=click.Choice(KINDS), help="Only mails of this kind.")
@click.option("--to", metavar="ADDRESS", help="Only mails to this address.")
@click.option("--order", "order_id", type=click.IntRange(1), help="Only mails about this order.")
@click.option("--since", metavar="WHEN", help="Only newer mails: a date, a time, or a duration such as 7d.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
def list_mails(limit: int, since: str | None, **filters: Any) -> None:
    """Mails, newest first."""
    from blueprints.notifier.client import Client

    if since:
        filters["created_from"] = _moment(since)
    with Client(flags.base_url()) as client:
        found = client.mails(filters, limit)
        if flags.as_json():
            for mail in found:
                output.json_line(mail)
            return
        rows = list(found)
    _listed(rows)
    _hint(rows)


@click.command(epilog="Example: blueprints notifier show m_01jd… --raw")
@click.argument("mail_id", metavar="ID")
@click.option("--raw", is_flag=True, help="Print the message itself.")
def show(mail_id: str, raw: bool) -> None:
    """One mail: what it was, what became of it, every attempt."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        if raw:
            sys.stdout.buffer.write(client.raw(mail_id))
            return
        mail = client.mail(mail_id)
    if flags.as_json():
        output.json(mail)
        return
    layout.fields(_fields(mail))
    _hint([mail])


@click.command(epilog="Example: blueprints notifier resend m_01jd…")
@click.argument("mail_ids", metavar="ID...", nargs=-1, required=True)
def resend(mail_ids: Sequence[str]) -> None:
    """Send mails again, rendered anew; prints the ids of the new ones."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        for mail_id in mail_ids:
            again = client.resend(mail_id)
            output.json_line(again) if flags.as_json() else output.line(again["id"])


@click.command(epilog="Example: blueprints notifier resolve m_01jd… --as sent")
@click.argument("mail_id", metavar="ID")
@click.option(
    "--as", "verdict", type=click.Choice(("sent", "dead", "resend")), required=True, help="What became of it."
)
def resolve(mail_id: str, verdict: str) -> None:
    """Settle a mail whose fate is unknown: it was sent, it was not, or send it again."""
    from blueprints.notifier.client import Client

    with Client(flags.base_url()) as client:
        mail = client.resolve(mail_id, verdict)
    output.json(mail) if flags.as_json() else output.line(f"{mail['id']}: {mail['state']}, {mail['reason']}")


def _hint(mails: Sequence[dict[str, Any]]) -> None:
    if any(mail["state"] == "unknown" for mail in mails):
        output.notice("Mails in state unknown may have been sent: settle them with `blueprints notifier resolve`.")


def _moment(text: str) -> str:
    """RFC 3339 of a time, a date (its beginning, in UTC) or a duration before now."""
    from datetime import UTC, datetime

    from blueprints import clock
    from blueprints.errors import UsageError

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            return (clock.now() - clock.duration(text)).isoformat()
        except UsageError as error:
            raise UsageError(f"--since: {text!r} is neither a date, nor a time, nor a duration such as 7d") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _fields(mail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is known of a mail, with labels, times as in the list."""
    for name, value in mail.items():
        if name == "to":
            yield "to", _person(value)
        elif name != "attempts" and value is not None:
            yield name.replace("_", " "), local_text(value) if name.endswith("_at") else str(value)
    for attempt in mail["attempts"]:
        words = f"{attempt['code']} {attempt['text']}".strip()
        told = f"{local_text(attempt['at'])}, {attempt['seconds']} s: {attempt['result']}"
        yield "attempt", f"{told}, {words}" if words else told


def _listed(mails: Sequence[dict[str, Any]]) -> None:
    """A line a mail; two where the terminal has no room for that."""
    if layout.is_narrow(_COLUMNS_A_LINE):
        columns: Sequence[str] = ("id, created", "kind, to", "state", "order")
        output.table([_two_lines(mail) for mail in mails], columns, right=("order",), empty="no mails")
        return
    columns = ("id", "created", "kind", "state", "to", "order", "attempts")
    output.table([_row(mail) for mail in mails], columns, right=("order", "attempts"), empty="no mails")


def _two_lines(mail: dict[str, Any]) -> tuple[Any, ...]:
    attempts = f"\n{len(mail['attempts'])} attempts" if len(mail["attempts"]) > 1 else ""
    identity = f"{mail['id']}\n{local_text(mail['created_at'])}"
    return identity, f"{mail['kind']}\n{mail['to']['address']}", mail["state"] + attempts, mail["order_id"]


def _row(mail: dict[str, Any]) -> tuple[Any, ...]:
    created = local_text(mail["created_at"])
    to = _person(mail["to"] | {"name": _short(mail["to"]["name"])})
    return mail["id"], created, mail["kind"], mail["state"], to, mail["order_id"], len(mail["attempts"])


def _short(name: str) -> str:
    """A name that leaves the table room for the rest."""
    return name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"


def _person(to: dict[str, str]) -> str:
    return f"{to['name']} <{to['address']}>" if to["name"] else to["address"]
