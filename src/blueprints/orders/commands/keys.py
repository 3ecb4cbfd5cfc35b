"""`keys list|create|revoke`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from blueprints import command, output
from blueprints.clock import local_text, now
from blueprints.orders.commands import Session
from blueprints.orders.scopes import SCOPES


@click.group("keys", cls=command.Group)
def keys() -> None:
    """Look after API keys."""


@keys.command("list", epilog="Example: blueprints orders keys list")
@click.pass_obj
def list_keys(session: Session) -> None:
    """Every key, never its text."""
    found = session.client.get("/api/v1/keys")["items"]
    if session.as_json:
        for one in found:
            output.json_line(one)
        return
    rows = [
        (one["id"], one["client"], one["prefix"], state(one, now()), local_text(one["last_used_at"])[:10],
         " ".join(one["scopes"]))
        for one in found
    ]  # fmt: skip
    output.table(rows, ("id", "client", "key", "state", "used", "scopes"), right=("id",))


def state(key: Mapping[str, Any], at: datetime) -> str:
    """Whether a key of the API opens anything, and until when."""
    if key["revoked_at"]:
        return "revoked"
    if key["expires_at"] is None:
        return "valid"
    ends = datetime.fromisoformat(key["expires_at"])
    return f"until {local_text(key['expires_at'])[:10]}" if at < ends else "expired"


@keys.command("create", epilog="Example: blueprints orders keys create finance --scope orders:read")
@click.argument("client")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="Repeatable.")
@click.option("--expires", metavar="DATE", help="Refused from then on.")
@click.pass_obj
def create_key(session: Session, client: str, scopes: tuple[str, ...], expires: str | None) -> None:
    """Make a key for a client and print it; it is shown this once."""
    body = {"client": client, "scopes": list(scopes), "expires_at": expires}
    made = session.client.send("POST", "/api/v1/keys", body)
    if session.as_json:
        output.json(made)
    else:
        output.line(made["key"])


@keys.command("revoke", epilog="Example: blueprints orders keys revoke 3")
@click.argument("key_id", metavar="ID", type=int)
@click.pass_obj
def revoke_key(session: Session, key_id: int) -> None:
    """Refuse a key from now on."""
    session.client.send("DELETE", f"/api/v1/keys/{key_id}")
    if session.as_json:
        output.json({"revoked": key_id})
    else:
        output.notice(f"Key {key_id} is revoked.")


COMMANDS = (keys,)
