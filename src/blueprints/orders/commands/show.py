"""Orders as people read them in a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from blueprints import output
from blueprints.clock import local_text


def orders(found: Iterable[Mapping[str, Any]]) -> None:
    """A table of orders."""
    rows = [
        (one["id"], one["order_customer"]["customer_id"], one["order_customer"]["name"], one["status_label"],
         f"{one['total']} {one['currency']}", local_text(one["created_at"]))
        for one in found
    ]  # fmt: skip
    output.table(rows, ("id", "customer", "name", "status", "total", "created"), right=("id", "customer", "total"))


def order(found: Mapping[str, Any]) -> None:
    """One order with its lines."""
    customer = found["order_customer"]
    output.line(f"Order {found['id']}  {found['status_label']}  {found['total']} {found['currency']}")
    output.line(f"Customer {customer['customer_id']}: {customer['name']} <{customer['email']}>")
    output.line(f"From {found['client']}, created {local_text(found['created_at'])}, version {found['version']}")
    if found["reference"]:
        output.line(f"Reference {found['reference']}")
    if found["tracking"]:
        output.line("Tracking " + "  ".join(text for text in found["tracking"].values() if text))
    output.line("Next: " + (", ".join(found["next_statuses"]) or "nothing, this is final"))
    output.line()
    rows = [
        (one["product_id"], one["name"], one["quantity"], one["price_per_unit"], one["line_total"])
        for one in found["items"]
    ]
    output.table(rows, ("product", "name", "quantity", "price", "sum"), right=("product", "quantity", "price", "sum"))


def history(found: Iterable[Mapping[str, Any]]) -> None:
    """The steps of an order."""
    rows = [
        (local_text(one["at"]), one["to_label"] + (" (passed through)" if one["passed_through"] else ""), one["actor"],
         one["via"], one["reason"] or "")
        for one in found
    ]  # fmt: skip
    output.table(rows, ("at", "status", "by", "via", "reason"))
