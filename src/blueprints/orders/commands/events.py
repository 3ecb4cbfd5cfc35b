"""`dead-letters` and `requeue`."""

import click

from blueprints import output
from blueprints.orders.commands import Session


@click.command("dead-letters", epilog="Example: blueprints orders dead-letters --subscriber notifier")
@click.option("--subscriber", help="Of one subscriber alone.")
@click.pass_obj
def dead_letters(session: Session, subscriber: str | None) -> None:
    """Events that no attempt could deliver."""
    found = session.client.all("/api/v1/deliveries", None, state="dead", subscriber=subscriber)
    if session.as_json:
        for one in found:
            output.json_line(one)
        return
    rows = [
        tuple(one[key] for key in ("id", "type", "order_id", "subscriber", "attempts", "last_status", "last_error"))
        for one in found
    ]
    columns = ("id", "event", "order", "subscriber", "attempts", "status", "error")
    output.table(rows, columns, right=("id", "order", "attempts"), empty="no dead letters")


@click.command("requeue", epilog="Example: blueprints orders requeue --all")
@click.argument("delivery_ids", metavar="ID…", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead one.")
@click.pass_obj
def requeue(session: Session, delivery_ids: tuple[int, ...], everything: bool) -> None:
    """Try dead deliveries again."""
    if everything == bool(delivery_ids):
        raise click.UsageError("give ids, or --all")
    client = session.client
    wanted = (
        ["/api/v1/deliveries/requeue"] if everything else [f"/api/v1/deliveries/{one}/requeue" for one in delivery_ids]
    )
    count = sum(client.send("POST", path)["requeued"] for path in wanted)
    if session.as_json:
        output.json({"requeued": count})
    else:
        output.line(f"{count} tried again")


COMMANDS = (dead_letters, requeue)
