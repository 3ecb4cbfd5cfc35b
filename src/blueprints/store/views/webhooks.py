"""Events of the orders service."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blueprints import clock
from blueprints.store import checkouts
from blueprints.store.models import Receipt
from blueprints.web import webhooks
from blueprints.web.database import writing
from blueprints.web.problems import Problem


@csrf_exempt  # a program posts here; the signature is the proof
@require_POST
def orders(request: HttpRequest) -> HttpResponse:
    """Take an event over, once."""
    try:
        number = webhooks.verify(
            settings.SERVICE_CONFIG.orders_webhook_secrets, request.headers, request.body, clock.now()
        )
    except webhooks.BadSignature as error:
        raise Problem(401, "bad-signature", "The signature of this event is missing, stale or wrong.") from error
    event = _event(request.body)
    with writing():
        _, is_new = Receipt.objects.get_or_create(webhook_id=number[:100])
        if is_new and (order := _order(event)) is not None:
            checkouts.follow_known(order)
    return HttpResponse(status=204)


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Problem(400, "not-json", "The body is no JSON.") from error
    if not isinstance(event, dict):
        raise Problem(400, "not-json", "The body is no JSON object.")
    return event


def _order(event: dict[str, Any]) -> dict[str, Any] | None:
    """The order that an event tells about; None for events that the shop has no use for."""
    if not str(event.get("type", "")).startswith("order."):
        return None
    order = (event.get("data") or {}).get("order")
    return order if isinstance(order, dict) and {"id", "status_code", "version"} <= order.keys() else None
