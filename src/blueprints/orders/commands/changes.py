"""`next`, `set-status` and `cancel`: each with a key of its own, so that a repeated request takes one step."""

import secrets
from typing import Any

import click

from blueprints import output
from blueprints.completion import completed
from blueprints.orders.client import OrdersClient
from blueprints.orders.commands import Session, show
from blueprints.orders.core.statuses import Status

REASON = click.option("--reason", help="Why; kept in the history.")


def _change(session: Session, order_id: int, act: str, body: dict[str, Any], version: int | None) -> None:
    client = session.client
    present = version if version is not None else client.get(f"/api/v1/orders/{order_id}")["version"]
    found = _sent(client, f"/api/v1/orders/{order_id}/{act}", body, f'"{order_id}-{present}"')
    if session.as_json:
        output.json(found)
    else:
        show.orders([found])


def _sent(client: OrdersClient, path: str, body: dict[str, Any], etag: str) -> Any:
    """Send a change; when the answer is lost, once more under the same key, which takes no second step."""
    from blueprints.errors import UpstreamError

    headers = {"Idempotency-Key": secrets.token_hex(16), "If-Match": etag}
    chosen = {name: value for name, value in body.items() if value is not None}
    try:
        return client.send("POST", path, chosen, headers)
    except UpstreamError:
        return client.send("POST", path, chosen, headers)


@click.command("next", epilog="Example: blueprints orders next 39")
@click.argument("order_id", metavar="ID", type=int)
@REASON
@click.pass_obj
def next_status(session: Session, order_id: int, reason: str | None) -> None:
    """Take an order one step forward."""
    _change(session, order_id, "next", {"reason": reason}, None)


@click.command("set-status", epilog="Example: blueprints orders set-status 39 shipping --through --carrier DHL")
@click.argument("order_id", metavar="ID", type=int)
@click.argument("status", metavar="STATUS", shell_complete=completed(lambda: (status.word for status in Status)))
@click.option("--through", is_flag=True, help="Walk through the steps between.")
@REASON
@click.option("--carrier", help="Who carries the parcel.")
@click.option("--tracking-number", help="Its number there.")
@click.option("--tracking-url", help="https address where it can be followed.")
@click.option("--if-version", type=int, help="Only if this is still its version.  [default: the one just read]")
@click.pass_obj
def set_status(
    session: Session, order_id: int, status: str, through: bool, reason: str | None, carrier: str | None,
    tracking_number: str | None, tracking_url: str | None, if_version: int | None,
) -> None:  # fmt: skip
    """Set the status of an order, by word or code."""
    given = {"carrier": carrier, "number": tracking_number, "url": tracking_url}
    tracking = {name: value for name, value in given.items() if value is not None} or None
    body = {"status": status, "through": through, "reason": reason, "tracking": tracking}
    _change(session, order_id, "status", body, if_version)


@click.command("cancel", epilog="Example: blueprints orders cancel 39 --reason 'ordered twice'")
@click.argument("order_id", metavar="ID", type=int)
@REASON
@click.pass_obj
def cancel(session: Session, order_id: int, reason: str | None) -> None:
    """Cancel an order."""
    _change(session, order_id, "cancel", {"reason": reason}, None)


COMMANDS = (next_status, set_status, cancel)
