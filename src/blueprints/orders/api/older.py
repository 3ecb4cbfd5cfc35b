"""The paths that clients of the former service depend on, with and without the last slash.

Their errors are problem details too, with 400 where the clean API says 409 or 422.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Router

from blueprints.errors import BlueprintsError
from blueprints.orders import change, create, periods, scopes
from blueprints.orders.api import schemas
from blueprints.orders.api.common import author, caller, problem
from blueprints.orders.api.description import KEY_HEADER, Code, body_of, moment_parameter
from blueprints.orders.bodies import OrderIn, read
from blueprints.orders.core.statuses import Status, parse
from blueprints.orders.listing import Wanted, page
from blueprints.orders.models import Order
from blueprints.orders.representation import moment
from blueprints.web import failpoint
from blueprints.web.answers import answer
from blueprints.web.database import writing
from blueprints.web.idempotency import claims
from blueprints.web.keys.access import Scope
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem, for_status

MOST = 1000

router = Router(tags=["older paths"])
F = TypeVar("F", bound=Callable[..., HttpResponse])


def older(method: str, path: str, scope: str, **options: Any) -> Callable[[F], F]:
    """Register an operation under a path with a last slash, and without; 409 and 422 become 400."""

    def decorate(function: F) -> F:
        @wraps(function)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return function(request, *args, **kwargs)
            except BlueprintsError as error:
                raise _as_400(problem(error)) from error

        add = getattr(router, method)
        add(path, auth=Scope(scope), **options)(view)
        name = function.__name__ + "_bare"
        add(path.removesuffix("/"), auth=Scope(scope), include_in_schema=False, operation_id=name, **options)(view)
        return function

    return decorate


def _as_400(found: Problem) -> Problem:
    if found.status in (409, 422):
        found.status = 400
    return found


def element(order: Order) -> dict[str, Any]:
    """An order as the older lists show it."""
    return {
        "id": order.pk,
        "status": order.state.label,
        "created_at": moment(order.created_at),
        "total": f"{order.total:.2f}",
        "order_customer": {
            "customer_id": order.customer_number,
            "email": order.customer_email,
            "name": order.customer_name,
        },
        "items": [
            {
                "name": line.name,
                "price_per_unit": f"{line.price_per_unit:.2f}",
                "product_id": line.product_id,
                "quantity": line.quantity,
            }
            for line in order.lines.all()
        ],
    }


def listed(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """At most 1,000 orders, with a Link to the rest."""
    shown = page(wanted, MOST, request.GET.get("cursor"))
    headers = {}
    if shown.next:
        query = request.GET.copy()
        query["cursor"] = shown.next
        headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return answer([element(order) for order in shown.orders], headers=headers)


LIST = {200: list[schemas.OlderOrderOut], (400, 401, 403, 404): ProblemOut}
DONE = {204: None, (400, 401, 403, 404): ProblemOut}


@older(
    "post",
    "/order/add/",
    scopes.CREATE,
    response={201: schemas.MadeOut, (400, 401, 403, 413): ProblemOut},
    openapi_extra={**body_of(OrderIn), "parameters": [KEY_HEADER | {"required": False}]},
)
def add_order(request: HttpRequest) -> HttpResponse:
    """Make an order; an Idempotency-Key is welcome and not needed."""
    key = claims.valid(request.headers.get("Idempotency-Key"), required=False)
    made = create.create(read(request, OrderIn), caller(request), key, "legacy")
    headers = {"Idempotency-Replayed": "true"} if made.replayed else {}
    return answer({"order_id": made.number}, 201, headers)


@older("get", "/customer/{int:customer_id}/orders/get/", scopes.READ, response=LIST)
def all_of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """All orders of a customer, by status, then newest first."""
    return _of_customer(request, customer_id, sort="status")


@older("get", "/customer/{int:customer_id}/orders/incomplete/get/", scopes.READ, response=LIST)
def incomplete_of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Orders of a customer that are not completed, cancelled ones among them, newest first."""
    return _of_customer(request, customer_id, group="incomplete")


@older("get", "/customer/{int:customer_id}/orders/complete/get/", scopes.READ, response=LIST)
def complete_of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Completed orders of a customer, newest first."""
    return _of_customer(request, customer_id, group="completed")


def _of_customer(request: HttpRequest, customer_id: int, **wanted: Any) -> HttpResponse:
    if customer_id >= 2**63:
        return answer([])
    return listed(request, Wanted(customer_id=customer_id, **wanted))


@older("get", "/order/status/{code}/get/", scopes.READ, response=LIST)
def with_status(request: HttpRequest, code: Code) -> HttpResponse:
    """Orders in a status, newest first."""
    return listed(request, Wanted(statuses=[_code(code)]))


def _code(text: str) -> Status:
    if text not in {str(status.value) for status in Status}:
        raise for_status(400, f"{text[:40]!r} is no code of a status; they are 1 to 6.")
    return parse(text)


@older(
    "get",
    "/order/period/get/",
    scopes.READ,
    response=LIST,
    openapi_extra={"parameters": [moment_parameter("start"), moment_parameter("end")]},
)
def in_period(request: HttpRequest) -> HttpResponse:
    """Orders made from `start` to `end`, both included, newest first."""
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    missing = next((name for name, text in (("start", start), ("end", end)) if not text), None)
    if missing:
        raise for_status(400, f"The parameter {missing} is missing.")
    try:
        wanted = Wanted(created_from=periods.begin(start), created_to=periods.end(end))
    except periods.NotAMoment as error:
        raise for_status(400, str(error)) from error
    return listed(request, wanted)


@older("post", "/order/{int:order_id}/cancel/", scopes.CANCEL, response=DONE)
def cancel_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Cancel an order."""
    return _done(request, order_id, lambda order: _set(request, order, Status.CANCELLED))


@older("post", "/order/{int:order_id}/status/{code}/set/", scopes.WRITE, response=DONE)
def set_order_status(request: HttpRequest, order_id: int, code: Code) -> HttpResponse:
    """To a status, walking through the ones between."""
    target = _code(code)
    if target is Status.CANCELLED and scopes.CANCEL not in caller(request).scopes:
        raise Problem(403, "scope-missing", f"This key lacks the scope {scopes.CANCEL}.")
    return _done(request, order_id, lambda order: _set(request, order, target))


@older("post", "/order/{int:order_id}/status/next/", scopes.WRITE, response=DONE)
def next_order_status(request: HttpRequest, order_id: int) -> HttpResponse:
    """One step forward."""
    return _done(request, order_id, lambda order: change.advance(order, author(request, "legacy")))


def _set(request: HttpRequest, order: Order, target: Status) -> None:
    change.set_status(order, target, author(request, "legacy"), through=True)


def _done(request: HttpRequest, order_id: int, act: Callable[[Order], None]) -> HttpResponse:
    with writing():
        act(change.locked(order_id, request.headers.get("If-Match")))
    failpoint.reach("orders.change.after_commit")
    return HttpResponse(status=204)
