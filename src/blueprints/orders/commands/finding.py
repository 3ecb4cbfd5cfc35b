"""`list`, `show` and `statuses`."""

import click

from blueprints import output
from blueprints.completion import completed
from blueprints.orders.commands import Session, show
from blueprints.orders.core.statuses import Status

SORTS = click.Choice(["-created_at", "created_at", "status", "-total", "total"])
GROUPS = click.Choice(["open", "incomplete", "completed"])


@click.command("list", epilog="Example: blueprints orders list --status received --since 2026-11-01")
@click.option("--customer", "customer_id", type=int, help="Id of the shop's user.")
@click.option(
    "--status",
    multiple=True,
    shell_complete=completed(lambda: (status.word for status in Status)),
    help="Word or code of a status; repeatable.",
)
@click.option("--group", type=GROUPS, help="open: on their way; incomplete: not completed.")
@click.option("--since", "created_from", metavar="DATE", help="Made then or later.")
@click.option("--until", "created_to", metavar="DATE", help="Made then or earlier.")
@click.option("--search", "q", metavar="TEXT", help="In id, name, e-mail or reference.")
@click.option("--sort", type=SORTS, help="A minus sign sorts downwards.  [default: -created_at]")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.pass_obj
def list_orders(
    session: Session, /, limit: int, everything: bool, status: tuple[str, ...], **parameters: object
) -> None:
    """Find orders, newest first."""
    found = session.client.all("/api/v1/orders", None if everything else limit, status=list(status), **parameters)
    if session.as_json:
        for one in found:
            output.json_line(one)
    else:
        show.orders(found)


@click.command("show", epilog="Example: blueprints orders show 39 --history")
@click.argument("order_id", metavar="ID", type=int)
@click.option("--history", "with_history", is_flag=True, help="Every step and who took it.")
@click.pass_obj
def show_order(session: Session, order_id: int, with_history: bool) -> None:
    """One order with its lines."""
    client = session.client
    found = client.get(f"/api/v1/orders/{order_id}")
    steps = client.get(f"/api/v1/orders/{order_id}/history")["items"] if with_history else None
    if session.as_json:
        output.json(found if steps is None else {**found, "history": steps})
        return
    show.order(found)
    if steps is not None:
        output.line()
        show.history(steps)


@click.command("statuses", epilog="Example: blueprints orders statuses")
@click.pass_obj
def statuses(session: Session) -> None:
    """The statuses and the steps between them that the service allows."""
    found = session.client.get("/api/v1/statuses")["items"]
    if session.as_json:
        for one in found:
            output.json_line(one)
        return
    rows = [(one["code"], one["status"], one["label"], ", ".join(one["next"]) or "final") for one in found]
    output.table(rows, ("code", "status", "label", "next"), right=("code",))


COMMANDS = (list_orders, show_order, statuses)
