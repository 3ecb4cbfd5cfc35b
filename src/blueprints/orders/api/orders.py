"""Operations on orders."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from blueprints.orders import change, create, periods, representation, scopes
from blueprints.orders.api import schemas
from blueprints.orders.api.common import author, caller, changed, found
from blueprints.orders.api.description import KEY_HEADER, ON_CHANGE, Key, Moment, Word, body_of
from blueprints.orders.bodies import CancelIn, NextIn, OrderIn, StatusIn, TrackingIn, read
from blueprints.orders.core.errors import UnknownStatus
from blueprints.orders.core.statuses import Status, parse
from blueprints.orders.listing import Wanted, page
from blueprints.orders.models import Order
from blueprints.orders.table import transitions
from blueprints.web.answers import answer, written
from blueprints.web.database import writing
from blueprints.web.idempotency import claims
from blueprints.web.idempotency.models import Claim
from blueprints.web.keys.access import Scope
from blueprints.web.outbox.models import Event
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem, invalid

router = Router(tags=["orders"])


class Filters(Schema):
    """Which orders to list."""

    customer_id: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    status: Annotated[list[Word], Field(description="Words or codes; repeatable.")] = []  # noqa: RUF012  # pydantic copies it
    group: Literal["open", "incomplete", "completed"] | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    idempotency_key: str | None = None
    reference: str | None = None
    sort: Literal["-created_at", "created_at", "status", "-total", "total"] = "-created_at"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False

    def wanted(self) -> Wanted:
        """The filters with their dates and statuses read; raises a 422 problem."""
        return Wanted(
            customer_id=self.customer_id,
            statuses=[_status(text) for text in self.status],
            group=self.group,
            created_from=_moment("created_from", self.created_from, periods.begin),
            created_to=_moment("created_to", self.created_to, periods.end),
            updated_from=_moment("updated_from", self.updated_from, periods.begin),
            text=self.q,
            idempotency_key=self.idempotency_key,
            reference=self.reference,
            sort=self.sort,
        )


def _status(text: str) -> Status:
    try:
        return parse(text)
    except UnknownStatus as error:
        raise invalid([{"loc": ["query", "status"], "msg": str(error)}]) from error


def _moment(name: str, text: str | None, parser: Any) -> datetime | None:
    if text is None:
        return None
    try:
        made: datetime = parser(text)
    except periods.NotAMoment as error:
        raise invalid([{"loc": ["query", name], "msg": str(error)}]) from error
    return made


@router.post(
    "/orders",
    auth=Scope(scopes.CREATE),
    response={201: schemas.OrderOut, (400, 401, 403, 409, 413, 422): ProblemOut},
    openapi_extra={**body_of(OrderIn), "parameters": [KEY_HEADER | {"required": True}]},
)
def create_order(request: HttpRequest) -> HttpResponse:
    """Make an order. The same key with the same order gives the first answer again."""
    key = claims.valid(request.META.get("HTTP_IDEMPOTENCY_KEY"))  # `headers` would parse them all
    made = create.create(read(request, OrderIn), caller(request), key, author(request).via)
    headers = {"Location": f"/api/v1/orders/{made.number}", "ETag": f'"{made.number}-1"'}
    if made.replayed:
        headers["Idempotency-Replayed"] = "true"
    return written(made.text, 201, headers)


@router.get("/orders", auth=Scope(scopes.READ), response={200: schemas.OrdersOut, (401, 403, 422): ProblemOut})
def list_orders(request: HttpRequest, filters: Query[Filters]) -> HttpResponse:
    """Find orders. `next` is the cursor of the page that follows."""
    wanted = filters.wanted()
    shown = page(wanted, filters.limit, filters.cursor)
    items = [representation.order(one, one.lines.all()) for one in shown.orders]
    count = wanted.orders().count() if filters.count else None
    return answer({"items": items, "next": shown.next, "count": count})


@router.get(
    "/orders/{order_id}",
    auth=Scope(scopes.READ),
    response={200: schemas.OrderOut, 304: None, (401, 403, 404, 422): ProblemOut},
)
def show_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order; 304 when `If-None-Match` names its present state."""
    order = change.existing(Order.objects.all(), order_id)
    if change.matches(request.headers.get("If-None-Match", ""), order.etag):
        return HttpResponse(status=304, headers={"ETag": order.etag})
    return found(order)


@router.get(
    "/orders/{order_id}/history",
    auth=Scope(scopes.READ),
    response={200: schemas.HistoryOut, (401, 403, 404, 422): ProblemOut},
)
def show_history(request: HttpRequest, order_id: int) -> HttpResponse:
    """Every step of an order, oldest first."""
    order = change.existing(Order.objects.all(), order_id)
    return answer({"items": [representation.change(one) for one in order.changes.all()]})


@router.get(
    "/orders/{order_id}/events",
    auth=Scope(scopes.READ),
    response={200: schemas.EventsOut, (401, 403, 404, 422): ProblemOut},
)
def show_events(request: HttpRequest, order_id: int) -> HttpResponse:
    """The events of an order with their deliveries, oldest first."""
    change.existing(Order.objects.all(), order_id)
    events = with_deliveries(Event.objects.filter(key=f"order:{order_id}")).order_by("id")
    return answer({"items": [representation.event(one) for one in events], "next": None})


def with_deliveries(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.prefetch_related("deliveries__subscriber")


CHANGED = {200: schemas.OrderOut, (400, 401, 403, 404, 409, 412, 413, 422): ProblemOut}


@router.post(
    "/orders/{order_id}/next",
    auth=Scope(scopes.WRITE),
    response=CHANGED,
    openapi_extra={**body_of(NextIn, required=False), "parameters": ON_CHANGE},
)
def next_status(request: HttpRequest, order_id: int) -> HttpResponse:
    """One step forward."""
    body = read(request, NextIn, empty=True)

    def act(order: Order) -> None:
        change.advance(order, author(request), body.reason or "", body.tracking)

    return changed(request, order_id, "next", body, act)


@router.post(
    "/orders/{order_id}/status",
    auth=Scope(scopes.WRITE),
    response=CHANGED,
    openapi_extra={**body_of(StatusIn), "parameters": ON_CHANGE},
)
def set_status(request: HttpRequest, order_id: int) -> HttpResponse:
    """To a status in one step, or `through` every step that leads there. Cancelling needs the scope orders:cancel."""
    body = read(request, StatusIn)
    target = parse(str(body.status))
    if target is Status.CANCELLED and scopes.CANCEL not in caller(request).scopes:
        raise Problem(403, "scope-missing", f"This key lacks the scope {scopes.CANCEL}.")

    def act(order: Order) -> None:
        change.set_status(
            order, target, author(request), through=body.through, reason=body.reason or "", tracking=body.tracking
        )

    return changed(request, order_id, "status", body, act)


@router.post(
    "/orders/{order_id}/cancel",
    auth=Scope(scopes.CANCEL),
    response=CHANGED,
    openapi_extra={**body_of(CancelIn, required=False), "parameters": ON_CHANGE},
)
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Cancel an order, where the table lets it."""
    body = read(request, CancelIn, empty=True)

    def act(order: Order) -> None:
        change.set_status(order, Status.CANCELLED, author(request), reason=body.reason or "")

    return changed(request, order_id, "cancel", body, act)


@router.patch(
    "/orders/{order_id}/tracking",
    auth=Scope(scopes.WRITE),
    response=CHANGED,
    openapi_extra={**body_of(TrackingIn), "parameters": ON_CHANGE},
)
def set_tracking(request: HttpRequest, order_id: int) -> HttpResponse:
    """Correct the tracking of an order that is shipping or completed; what is left out stays."""
    body = read(request, TrackingIn)
    return changed(request, order_id, "tracking", body, lambda order: change.track(order, body))


@router.put(
    "/orders/by-key/{path:key}/void",
    auth=Scope(scopes.CREATE),
    response={200: schemas.VoidedOut, (400, 401, 403, 409): ProblemOut},
)
def void_key(request: HttpRequest, key: Key) -> HttpResponse:
    """Make sure that an idempotency key never makes an order; 409 with `order_id` when it has."""
    checked = claims.valid(key) or ""
    space = create.namespace(caller(request).client_id)
    with writing():
        made, is_new = Claim.objects.get_or_create(namespace=space, key=checked, defaults={"voided": True})
    if not is_new and not made.voided:
        number = int(made.subject)
        raise Problem(409, "key-used", f"This key has made order {number}.", order_id=number)
    return answer({"voided": True})


@router.get("/statuses", auth=Scope(scopes.READ), response={200: schemas.StatusesOut, (401, 403): ProblemOut})
def statuses(request: HttpRequest) -> HttpResponse:
    """The statuses and the steps between them, as configured."""
    rows = [
        {
            "code": status.value,
            "status": status.word,
            "label": status.label,
            "final": status.is_final,
            "next": [one.word for one in following],
        }
        for status, following in transitions().items()
    ]
    return answer({"items": rows})
