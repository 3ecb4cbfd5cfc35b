"""Changing an order: under its row lock, by the table, with history and events in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from blueprints import clock
from blueprints.orders import representation
from blueprints.orders.bodies import TrackingIn
from blueprints.orders.core import statuses
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Change, Line, Order
from blueprints.orders.table import transitions
from blueprints.web import failpoint
from blueprints.web.outbox import events
from blueprints.web.problems import Problem
from blueprints.web.requests import request_id

FURTHER_EVENTS = {
    Status.SHIPPING: "order.shipped",
    Status.COMPLETED: "order.completed",
    Status.CANCELLED: "order.cancelled",
}


@dataclass(frozen=True)
class Author:
    """Who changes an order, and by which way."""

    name: str
    via: str


def locked(order_id: int, if_match: str | None = None) -> Order:
    """The order under its row lock, inside the caller's transaction; raises 404, and 412 for a stale `If-Match`."""
    found = existing(Order.objects.select_for_update(of=("self",)), order_id)
    if if_match is not None and not matches(if_match, found.etag):
        raise Problem(412, "precondition-failed", f"The order has changed: it is {found.etag} now.")
    return found


def existing(orders: QuerySet[Order], order_id: int) -> Order:
    """The order with this id among some; raises 404."""
    found = orders.select_related("client").filter(pk=order_id).first() if 0 < order_id < 2**63 else None
    if found is None:
        raise Problem(404, "not-found", f"There is no order {order_id}.")
    return found


def matches(header: str, etag: str) -> bool:
    """Whether an If-Match or If-None-Match header names this entity tag."""
    tags = [tag.strip() for tag in header.split(",")]
    return "*" in tags or any(tag.removeprefix("W/") == etag for tag in tags)


def advance(order: Order, author: Author, reason: str = "", tracking: TrackingIn | None = None) -> None:
    """One step forward; raises IllegalTransition."""
    _apply(order, [statuses.following(transitions(), order.state)], author, reason, tracking)


def set_status(
    order: Order,
    target: Status,
    author: Author,
    *,
    through: bool = False,
    reason: str = "",
    tracking: TrackingIn | None = None,
) -> None:
    """To a status in one step, or `through` all the steps that lead there; raises IllegalTransition."""
    find = statuses.walk if through else statuses.step
    _apply(order, find(transitions(), order.state, target), author, reason, tracking)


def track(order: Order, tracking: TrackingIn) -> None:
    """Correct the tracking of an order on its way or arrived; raises a 409 problem before that."""
    if order.state not in (Status.SHIPPING, Status.COMPLETED):
        raise Problem(409, "not-shipped", f"An order that is {order.state.word} has no tracking yet.")
    _set_tracking(order, tracking)
    order.version += 1
    order.updated_at = clock.now()
    order.save(update_fields=["carrier", "tracking_number", "tracking_url", "version", "updated_at"])


def _apply(order: Order, steps: Sequence[Status], author: Author, reason: str, tracking: TrackingIn | None) -> None:
    if tracking is not None:
        if steps[-1] is not Status.SHIPPING:
            raise Problem(409, "not-shipped", "Tracking comes with the step to shipping.")
        _set_tracking(order, tracking)
    lines = list(order.lines.all())
    for target in steps:
        _step(order, lines, target, author, reason, passed_through=target is not steps[-1])
    order.save(update_fields=["status", "carrier", "tracking_number", "tracking_url", "version", "updated_at"])
    failpoint.reach("orders.change.before_commit")


def _step(
    order: Order, lines: list[Line], target: Status, author: Author, reason: str, *, passed_through: bool
) -> None:
    former = order.status
    order.status, order.updated_at = target.value, clock.now()
    order.version += 1
    Change.objects.create(
        order=order, from_status=former, to_status=target.value, at=order.updated_at, actor=author.name,
        via=author.via, reason=reason, passed_through=passed_through, request_id=request_id(),
    )  # fmt: skip
    change = {
        "from": former, "to": target.value, "actor": author.name, "via": author.via, "reason": reason or None,
        "passed_through": passed_through,
    }  # fmt: skip
    data: dict[str, Any] = {"order": representation.order(order, lines), "change": change}
    for event_type in ("order.status_changed", FURTHER_EVENTS.get(target)):
        if event_type is not None:
            events.publish(event_type, data, key=f"order:{order.pk}")


def _set_tracking(order: Order, tracking: TrackingIn) -> None:
    given = tracking.model_fields_set
    if "carrier" in given:
        order.carrier = tracking.carrier or ""
    if "number" in given:
        order.tracking_number = tracking.number or ""
    if "url" in given:
        order.tracking_url = tracking.url or ""
