"""Operations on API keys."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from blueprints import clock
from blueprints.orders import periods, scopes
from blueprints.orders.api import schemas
from blueprints.orders.api.description import Moment, body_of
from blueprints.orders.bodies import NAME, Body, read
from blueprints.orders.representation import moment
from blueprints.web.answers import answer
from blueprints.web.database import writing
from blueprints.web.keys import issue
from blueprints.web.keys.access import Scope
from blueprints.web.keys.models import Key
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem, invalid

router = Router(tags=["keys"])


class KeyIn(Body):
    client: Annotated[str, StringConstraints(pattern=NAME)]
    scopes: Annotated[list[Literal[scopes.SCOPES]], Field(min_length=1, max_length=20)]  # type: ignore[valid-type]  # a tuple of texts
    expires_at: Moment | None = None


def shown(key: Key, /, **more: str) -> dict[str, Any]:
    """A key without its text."""
    return {
        "id": key.pk,
        "client": key.client.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "created_at": moment(key.created_at),
        "expires_at": _moment(key.expires_at),
        "last_used_at": _moment(key.last_used_at),
        "revoked_at": _moment(key.revoked_at),
        **more,
    }


def _moment(found: datetime | None) -> str | None:
    return moment(found) if found else None


@router.get("/keys", auth=Scope(scopes.KEYS_MANAGE), response={200: schemas.KeysOut, (401, 403): ProblemOut})
def list_keys(request: HttpRequest) -> HttpResponse:
    """Every key with its client, scopes and dates; never its text."""
    return answer({"items": [shown(key) for key in Key.objects.select_related("client")]})


@router.post(
    "/keys",
    auth=Scope(scopes.KEYS_MANAGE),
    response={201: schemas.KeyMadeOut, (400, 401, 403, 413, 422): ProblemOut},
    openapi_extra=body_of(KeyIn),
)
def make_key(request: HttpRequest) -> HttpResponse:
    """A key for a client, new or known; its text is in this answer only."""
    body = read(request, KeyIn)
    try:
        expires = periods.begin(body.expires_at) if body.expires_at else None
    except periods.NotAMoment as error:
        raise invalid([{"loc": ["body", "expires_at"], "msg": str(error)}]) from error
    with writing():
        key, text = issue.create(body.client, set(body.scopes), expires)
    return answer(shown(key, key=text), 201)


@router.delete("/keys/{key_id}", auth=Scope(scopes.KEYS_MANAGE), response={204: None, (401, 403, 404, 422): ProblemOut})
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Refuse a key from now on; its row stays."""
    key = Key.objects.filter(pk=key_id).first() if 0 < key_id < 2**63 else None
    if key is None:
        raise Problem(404, "not-found", f"There is no key {key_id}.")
    with writing():
        Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now())
    return HttpResponse(status=204)
