"""`send`: an order from a file."""

import json
import secrets
from typing import Any

import click

from blueprints import output
from blueprints.errors import UpstreamError
from blueprints.orders.commands import Session

SAMPLE = {
    "order_customer": {"customer_id": 7, "name": "Ada Byte", "email": "ada@example.org"},
    "items": [
        {"product_id": 11, "name": "Astro Racer", "quantity": 1, "price_per_unit": "10.00"},
        {"product_id": 12, "name": "Maze Hunter", "quantity": 3, "price_per_unit": "5.50"},
    ],
    "total": "26.50",
}


@click.command("send", epilog="Example: blueprints orders send --sample")
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.option("--sample", is_flag=True, help="Send a built-in example.")
@click.option("--idempotency-key", help="The same key never makes a second order.  [default: a new one]")
@click.pass_obj
def send(session: Session, file: Any, sample: bool, idempotency_key: str | None) -> None:
    """Send an order from a JSON FILE, or - for standard input, and print its id."""
    if sample == (file is not None):
        raise click.UsageError("give a FILE, or --sample")
    body = SAMPLE if sample else _read(file)
    headers = {"Idempotency-Key": idempotency_key or secrets.token_hex(16)}
    client = session.client
    try:
        made = client.send("POST", "/api/v1/orders", body, headers)
    except UpstreamError:
        made = client.send("POST", "/api/v1/orders", body, headers)  # the same key: no second order
    if session.as_json:
        output.json(made)
    else:
        output.line(str(made["id"]))


def _read(file: Any) -> Any:
    try:
        return json.load(file)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file.name} is not JSON") from error


COMMANDS = (send,)
