"""`blueprints store checkouts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from blueprints import command, output
from blueprints.store.commands import opened

if TYPE_CHECKING:
    from blueprints.store.models import Checkout


@click.group(cls=command.Group)
def checkouts() -> None:
    """Checkouts: see which wait for the orders service, send them again, give them up."""


@checkouts.command("list", epilog="Example: blueprints store checkouts list --state reserved")
@click.option("--state", type=click.Choice(["reserved", "placed", "refused", "aborted"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@opened.DATABASE
@opened.JSON
def list_checkouts(state: str | None, limit: int, database: str | None, as_json: bool) -> None:
    """List checkouts, newest first."""
    opened.shop(database)
    from blueprints.store.models import Checkout

    found = Checkout.objects.filter(**({"state": state} if state else {})).order_by("-created_at")[:limit]
    rows = [_row(checkout) for checkout in found]
    if as_json:
        for row in rows:
            output.json_line(row)
    else:
        columns = ["id", "state", "order_id", "total", "attempts", "next_attempt_at", "last_error"]
        output.table([[row[name] for name in columns] for row in rows], columns)


def _row(checkout: Checkout) -> dict[str, Any]:
    return {
        "id": str(checkout.pk),
        "state": checkout.state,
        "order_id": checkout.order_id,
        "total": str(checkout.total),
        "currency": checkout.currency,
        "attempts": checkout.attempts,
        "next_attempt_at": checkout.next_attempt_at and checkout.next_attempt_at.isoformat(),
        "last_error": checkout.last_error,
        "reason": checkout.reason,
        "created_at": checkout.created_at.isoformat(),
    }


@checkouts.command("retry", epilog="Example: blueprints store checkouts retry 6b1f0c9e-7d7c-4f3a-9d44-6a51d5a0c111")
@click.argument("number", metavar="ID", type=click.UUID)
@opened.DATABASE
@opened.JSON
def retry_checkout(number: Any, database: str | None, as_json: bool) -> None:
    """Send a waiting checkout to the orders service now."""
    _settle(number, database, "retry", as_json=as_json)


@checkouts.command("abort", epilog="Example: blueprints store checkouts abort 6b1f0c9e-7d7c-4f3a-9d44-6a51d5a0c111")
@click.argument("number", metavar="ID", type=click.UUID)
@opened.DATABASE
@opened.JSON
def abort_checkout(number: Any, database: str | None, as_json: bool) -> None:
    """Give a waiting checkout up: stock and cart get everything back, once the orders service has voided it."""
    _settle(number, database, "abort", as_json=as_json)


def _settle(number: Any, database: str | None, act: str, *, as_json: bool) -> None:
    from django.conf import settings

    from blueprints.errors import BlueprintsError, ConfigError

    opened.shop(database)
    from blueprints.store import checkouts as desk
    from blueprints.store.models import Checkout

    found = Checkout.objects.prefetch_related("lines").filter(pk=number).first()
    if found is None:
        raise BlueprintsError(f"there is no checkout {number}: `blueprints store checkouts list` shows them")
    if found.state != Checkout.State.RESERVED:
        raise BlueprintsError(f"checkout {number} is {found.state} already: only waiting ones can be settled")
    if not settings.SERVICE_CONFIG.orders_url:
        raise ConfigError("the orders service is not known: start the shop once, or set store.orders_url")
    checkout = getattr(desk, act)(found)
    if as_json:
        output.json(_row(checkout))
    else:
        order = f", order {checkout.order_id}" if checkout.order_id else ""
        output.line(
            f"{checkout.pk}: {checkout.state}{order}{': ' + checkout.last_error if checkout.last_error else ''}"
        )
