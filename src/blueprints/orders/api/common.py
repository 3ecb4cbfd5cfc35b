"""What the operations of the API share: who calls, how errors of the rules are answered, how a change is made."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from blueprints.errors import BlueprintsError
from blueprints.orders import change, representation
from blueprints.orders.change import Author
from blueprints.orders.core.errors import IllegalTransition, TotalMismatch, TotalTooLarge, UnknownStatus
from blueprints.orders.models import Order
from blueprints.web import failpoint
from blueprints.web.answers import answer
from blueprints.web.database import writing
from blueprints.web.idempotency import claims
from blueprints.web.keys.access import Caller
from blueprints.web.problems import Problem, invalid, response


def caller(request: HttpRequest) -> Caller:
    """The client that the key of this request belongs to."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]  # django-ninja puts it there


def author(request: HttpRequest, via: str = "api") -> Author:
    """Who changes something; our own command line says so in a header."""
    is_cli = via == "api" and request.META.get("HTTP_X_BLUEPRINTS_VIA") == "cli"
    return Author(caller(request).client, "cli" if is_cli else via)


def problem(error: BlueprintsError) -> Problem:
    """An error of the rules as an answer."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, IllegalTransition):
        return Problem(409, "illegal-transition", _sentence(error), allowed=error.allowed)
    if isinstance(error, TotalMismatch):
        return Problem(
            422, "total-mismatch", _sentence(error), stated=f"{error.stated:.2f}", actual=f"{error.actual:.2f}"
        )
    if isinstance(error, TotalTooLarge):
        return invalid([{"loc": ["body", "items"], "msg": str(error)}])
    if isinstance(error, UnknownStatus):
        return invalid([{"loc": ["body", "status"], "msg": str(error)}])
    raise error


def _sentence(error: BlueprintsError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + "."


def on_rule(_request: HttpRequest, error: Any) -> HttpResponse:
    """Exception handler for the errors of `core`."""
    return response(problem(error))


def found(order: Order, status: int = 200, **headers: str) -> HttpResponse:
    """An order as the answer, with its entity tag."""
    body = representation.order(order, order.lines.all())
    return answer(body, status, {"ETag": order.etag, **headers})


def changed(
    request: HttpRequest, order_id: int, operation: str, body: BaseModel, act: Callable[[Order], None]
) -> HttpResponse:
    """Change an order, or answer as before when this Idempotency-Key has done it already."""
    key = claims.valid(request.headers.get("Idempotency-Key"), required=False)
    space = f"{caller(request).client_id}:orders.change"
    digest = claims.digest([operation, order_id, body.model_dump(mode="json", exclude_unset=True)])
    with writing():
        former = claims.claim(space, key, digest) if key is not None else None
        if former is not None:
            return _again(former.body, former.subject)
        order = change.locked(order_id, request.headers.get("If-Match"))
        act(order)
        made = found(order)
        if key is not None:
            claims.fill(space, key, 200, made.content.decode(), order.etag)
    failpoint.reach("orders.change.after_commit")
    return made


def _again(body: str, etag: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", headers={"ETag": etag, "Idempotency-Replayed": "true"})
