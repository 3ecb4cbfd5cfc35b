"""Making an order, once for each idempotency key: everything is worked out first, then stored in one transaction."""

import hashlib
from dataclasses import dataclass

from django.db import OperationalError

from blueprints.orders import insert, representation
from blueprints.orders.bodies import OrderIn
from blueprints.orders.core.statuses import Status
from blueprints.orders.draft import Claiming, Draft
from blueprints.orders.models import Order
from blueprints.web import answers, failpoint
from blueprints.web.idempotency import claims
from blueprints.web.idempotency.models import Claim
from blueprints.web.keys.access import Caller
from blueprints.web.problems import Problem


@dataclass(frozen=True)
class Made:
    """An order as it was when it was made, and whether this request made it."""

    number: int
    text: str
    """Its JSON."""
    replayed: bool


def namespace(client_id: int) -> str:
    """Whose idempotency keys: those of a client, whichever of its API keys it uses."""
    return f"{client_id}:orders.create"


def create(body: OrderIn, caller: Caller, key: str | None, via: str) -> Made:
    """Make the order, or find the one that this key made before; raises the errors of `core` and Problem."""
    draft = Draft(body, caller, via)
    claim = key and Claiming(namespace(caller.client_id), key, digest(body))
    try:
        number = insert.insert(draft, claim or None)
    except OperationalError as error:
        if is_lock_timeout(error):
            raise Problem(
                409, "in-progress", "Another request with this key is still at work.", headers={"Retry-After": "5"}
            ) from error
        raise
    if number is None:
        return replayed(Claim.objects.get(namespace=namespace(caller.client_id), key=key), digest(body))
    failpoint.reach("orders.create.after_commit")
    return Made(number, draft.text(number), replayed=False)


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting for a lock (SQLSTATE 55P03)."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def replayed(claim: Claim, digest: str) -> Made:
    """The order of a key as it was when it was made: everything that changes later had a known value then."""
    claims.former(claim, digest)
    found = Order.objects.select_related("client").get(pk=int(claim.subject))
    found.status, found.version, found.updated_at = Status.RECEIVED.value, 1, found.created_at
    found.carrier = found.tracking_number = found.tracking_url = ""
    return Made(found.pk, answers.text(representation.order(found, found.lines.all())), replayed=True)


def digest(body: OrderIn) -> str:
    """SHA-256 of an order as understood: spelling, key order, unknown keys and a (right) total do not matter."""
    return hashlib.sha256(body.model_dump_json(exclude={"total"}).encode()).hexdigest()
