"""Operations on events, deliveries and subscribers."""

from typing import Annotated, Any, Literal

from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from blueprints.errors import ConfigError
from blueprints.orders import periods, representation, scopes
from blueprints.orders.api import schemas
from blueprints.orders.api.description import Moment, body_of
from blueprints.orders.api.orders import with_deliveries
from blueprints.orders.bodies import NAME, TYPES, WEB, Body, read
from blueprints.web import cursors, webhooks
from blueprints.web.answers import answer
from blueprints.web.database import writing
from blueprints.web.keys.access import Scope
from blueprints.web.outbox import events as outbox
from blueprints.web.outbox import subscribers
from blueprints.web.outbox.models import Delivery, Event, Subscriber
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem, invalid

router = Router(tags=["events"])

Name = Annotated[str, StringConstraints(pattern=NAME)]
Url = Annotated[str, StringConstraints(max_length=500, pattern=WEB)]
Pattern = Annotated[str, StringConstraints(pattern=TYPES)]


class SubscriberIn(Body):
    name: Name
    url: Url
    events: Annotated[list[Pattern], Field(min_length=1, max_length=20)] = ["order.*"]  # noqa: RUF012  # pydantic copies it


class SubscriberChangeIn(Body):
    url: Url | None = None
    events: Annotated[list[Pattern], Field(min_length=1, max_length=20)] | None = None
    enabled: bool | None = None


class ReplayIn(Body):
    since: Moment


class RequeueIn(Body):
    subscriber: str | None = None
    state: Literal["dead"] = "dead"


class Paging(Schema):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None


class DeliveryFilters(Paging):
    state: Literal["waiting", "sending", "delivered", "dead"] | None = None
    subscriber: str | None = None


def newest(rows: QuerySet[Any], paging: Paging) -> tuple[list[Any], str | None]:
    """A page of rows by falling id, and the cursor of the next."""
    if paging.cursor:
        (last,) = cursors.decode(paging.cursor, 1)
        if not isinstance(last, int) or abs(last) >= 2**63:
            raise invalid([{"loc": ["query", "cursor"], "msg": "cursor is not one that this list gave out"}])
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-id")[: paging.limit + 1])
    more = len(found) > paging.limit
    found = found[: paging.limit]
    return found, cursors.encode([found[-1].pk]) if more else None


@router.get("/events", auth=Scope(scopes.EVENTS_READ), response={200: schemas.EventsOut, (401, 403, 422): ProblemOut})
def list_events(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """Events, newest first, with their deliveries."""
    rows, following = newest(with_deliveries(Event.objects.all()), paging)
    return answer({"items": [representation.event(one) for one in rows], "next": following})


@router.get(
    "/deliveries", auth=Scope(scopes.EVENTS_READ), response={200: schemas.DeliveriesOut, (401, 403, 422): ProblemOut}
)
def list_deliveries(request: HttpRequest, filters: Query[DeliveryFilters]) -> HttpResponse:
    """Deliveries, newest first, by state and subscriber."""
    found = Delivery.objects.select_related("subscriber", "event")
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.subscriber is not None:
        found = found.filter(subscriber__name=filters.subscriber)
    rows, following = newest(found, filters)
    return answer({"items": [delivery(one) for one in rows], "next": following})


def delivery(found: Delivery) -> dict[str, Any]:
    """A delivery with the event it carries."""
    event = found.event
    named = {"event": event.uid, "type": event.type, "order_id": representation.order_id(event.key)}
    return {**representation.delivery(found), **named}


@router.post(
    "/deliveries/requeue",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={202: schemas.RequeuedOut, (400, 401, 403, 422): ProblemOut},
    openapi_extra=body_of(RequeueIn, required=False),
)
def requeue_all(request: HttpRequest) -> HttpResponse:
    """Try dead deliveries again, of all subscribers or of one."""
    body = read(request, RequeueIn, empty=True)
    chosen = (
        Delivery.objects.all() if body.subscriber is None else Delivery.objects.filter(subscriber__name=body.subscriber)
    )
    return answer({"requeued": subscribers.requeue(chosen)}, 202)


@router.post(
    "/deliveries/{delivery_id}/requeue",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={202: schemas.RequeuedOut, (401, 403, 404, 422): ProblemOut},
)
def requeue_one(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Try one dead delivery again; `requeued` is 0 when it is not dead."""
    chosen = Delivery.objects.filter(pk=delivery_id) if 0 < delivery_id < 2**63 else Delivery.objects.none()
    if not chosen.exists():
        raise Problem(404, "not-found", f"There is no delivery {delivery_id}.")
    return answer({"requeued": subscribers.requeue(chosen)}, 202)


def shown(found: Subscriber, **more: str) -> dict[str, Any]:
    """A subscriber without its secret."""
    return {
        "id": found.pk,
        "name": found.name,
        "url": found.url,
        "events": found.events,
        "enabled": found.enabled,
        "created_at": representation.moment(found.created_at),
        **more,
    }


def existing(subscriber_id: int) -> Subscriber:
    found = Subscriber.objects.filter(pk=subscriber_id).first() if 0 < subscriber_id < 2**63 else None
    if found is None:
        raise Problem(404, "not-found", f"There is no subscriber {subscriber_id}.")
    return found


def patterns(types: list[str]) -> list[str]:
    try:
        return subscribers.checked_patterns(types)
    except ConfigError as error:
        raise invalid([{"loc": ["body", "events"], "msg": str(error)}]) from error


@router.get(
    "/subscribers", auth=Scope(scopes.EVENTS_MANAGE), response={200: schemas.SubscribersOut, (401, 403): ProblemOut}
)
def list_subscribers(request: HttpRequest) -> HttpResponse:
    """Who is told of events."""
    return answer({"items": [shown(one) for one in Subscriber.objects.all()]})


@router.post(
    "/subscribers",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={201: schemas.SubscriberMadeOut, (400, 401, 403, 409, 413, 422): ProblemOut},
    openapi_extra=body_of(SubscriberIn),
)
def make_subscriber(request: HttpRequest) -> HttpResponse:
    """Tell one more; its signing secret is in this answer only."""
    body = read(request, SubscriberIn)
    made = Subscriber(name=body.name, url=body.url, secret=webhooks.new_secret())
    made.events = patterns(body.events)
    try:
        with writing():
            made.save()
    except IntegrityError as error:
        raise Problem(409, "name-taken", f"There is a subscriber {body.name} already.") from error
    return answer(shown(made, secret=made.secret), 201)


@router.patch(
    "/subscribers/{subscriber_id}",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={200: schemas.SubscriberOut, (400, 401, 403, 404, 413, 422): ProblemOut},
    openapi_extra=body_of(SubscriberChangeIn),
)
def change_subscriber(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Change address, types or whether it is enabled. A new address loses a private network's permission."""
    body = read(request, SubscriberChangeIn)
    found = existing(subscriber_id)
    if body.url is not None and body.url != found.url:
        found.url, found.pinned = body.url, False
    if body.events is not None:
        found.events = patterns(body.events)
    if body.enabled is not None:
        found.enabled = body.enabled
    with writing():
        found.save()
    return answer(shown(found))


@router.delete(
    "/subscribers/{subscriber_id}",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={204: None, (401, 403, 404, 422): ProblemOut},
)
def delete_subscriber(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Stop telling one, and forget its deliveries."""
    found = existing(subscriber_id)
    with writing():
        found.delete()
    return HttpResponse(status=204)


@router.post(
    "/subscribers/{subscriber_id}/rotate",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={200: schemas.SubscriberMadeOut, (401, 403, 404, 422): ProblemOut},
)
def rotate_secret(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """A new signing secret; the former one signs beside it for 24 hours."""
    found = existing(subscriber_id)
    with writing():
        secret = subscribers.rotate(found)
    return answer(shown(found, secret=secret))


@router.post(
    "/subscribers/{subscriber_id}/test",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={202: schemas.EventIdOut, (401, 403, 404, 422): ProblemOut},
)
def send_test(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Send an event `subscriber.test` to this one alone."""
    found = existing(subscriber_id)
    with writing():
        event = outbox.publish_to(found, "subscriber.test", {"subscriber": found.name}, key=f"test:{found.pk}")
    return answer({"event": event.uid}, 202)


@router.post(
    "/subscribers/{subscriber_id}/replay",
    auth=Scope(scopes.EVENTS_MANAGE),
    response={202: schemas.ReplayedOut, (400, 401, 403, 404, 413, 422): ProblemOut},
    openapi_extra=body_of(ReplayIn),
)
def replay(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Send every event since a moment once more, under the ids they had."""
    body = read(request, ReplayIn)
    found = existing(subscriber_id)
    try:
        since = periods.begin(body.since)
    except periods.NotAMoment as error:
        raise invalid([{"loc": ["body", "since"], "msg": str(error)}]) from error
    return answer({"replayed": subscribers.replay(found, since)}, 202)
