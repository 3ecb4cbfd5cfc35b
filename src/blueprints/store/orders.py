"""The orders service, as the shop talks to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from blueprints import http
from blueprints.errors import BlueprintsError, UpstreamError
from blueprints.store.core.money import rounded
from blueprints.store.core.retrying import refused
from blueprints.web.requests import request_id

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from blueprints.store.models import Checkout

LABELS = {1: "Received", 2: "Processing", 3: "Payment complete", 4: "Shipping", 5: "Completed", 6: "Cancelled"}
COMPLETED, CANCELLED = 5, 6
PATIENCE_S = 15.0
"""How long the relay waits for an answer; a shopper waits `checkout.wait_seconds`."""


class NotPossible(BlueprintsError):
    """The orders service says no to what was asked, in its own words."""


@dataclass(frozen=True)
class Answer:
    """What came of sending a checkout; without an order and a refusal it has to be sent again."""

    order: dict[str, Any] | None = None
    refusal: str = ""
    trouble: str = ""
    access_refused: bool = False


_clients: dict[tuple[str, float], httpx.Client] = {}
"""One for each patience, kept for its connections."""


def _client(url: str, timeout_s: float) -> httpx.Client:
    if (url, timeout_s) not in _clients:
        _clients[url, timeout_s] = http.client("orders", base_url=url, timeout_s=timeout_s, retries=0)
    return _clients[url, timeout_s]


def hang_up() -> None:
    """Close all connections to the orders service."""
    while _clients:
        _clients.popitem()[1].close()


def _ask(
    method: str, path: str, timeout_s: float = 5.0, headers: dict[str, str] | None = None, **kwargs: Any
) -> httpx.Response:
    config = settings.SERVICE_CONFIG
    access = {"Authorization": f"Bearer {config.orders_api_key}"}
    if request_id():
        access["X-Request-ID"] = request_id()  # one id through every service's log
    return _client(config.orders_url, timeout_s).request(method, path, headers=access | (headers or {}), **kwargs)


def body(checkout: Checkout) -> dict[str, Any]:
    """The order as the orders service takes it."""
    items = [
        {
            "product_id": line.game_id,
            "name": line.name,
            "quantity": line.quantity,
            "price_per_unit": str(rounded(line.price)),
        }
        for line in checkout.lines.all()
    ]
    customer = {
        "customer_id": checkout.customer_id, "name": checkout.name, "email": checkout.email, "locale": checkout.locale
    }  # fmt: skip
    return {
        "order_customer": customer,
        "items": items,
        "total": str(rounded(checkout.total)),
        "currency": checkout.currency,
        "reference": str(checkout.pk),
    }


def send(checkout: Checkout, timeout_s: float = PATIENCE_S) -> Answer:
    """Send a checkout; the same id is one order however often it is sent. Never raises for what the other side does."""
    try:
        response = _ask("POST", "/api/v1/orders", timeout_s, {"Idempotency-Key": str(checkout.pk)}, json=body(checkout))
        if response.status_code == 201:
            return Answer(order=response.json())
    except (UpstreamError, ValueError) as error:
        return Answer(trouble=_first_line(error))
    if refused(response.status_code):
        return Answer(refusal=_detail(response))
    return Answer(trouble=_detail(response), access_refused=response.status_code in {401, 403})


def void(number: UUID) -> int | None:
    """Make sure that a checkout never becomes an order: None when so, else the id of the order it is already.

    Raises UpstreamError when the orders service cannot tell.
    """
    response = _ask("PUT", f"/api/v1/orders/by-key/{number}/void")
    if response.status_code == 200:
        return None
    if response.status_code == 409:
        return int(response.json()["order_id"])
    raise UpstreamError(f"The orders service did not void {number}: {_detail(response)}")


def order(order_id: int) -> dict[str, Any]:
    """One order. Raises UpstreamError."""
    found: dict[str, Any] = _read(_ask("GET", f"/api/v1/orders/{order_id}"))
    return found


def of_customer(customer_id: int, since: str) -> list[dict[str, Any]]:
    """The newest orders of a customer, at most 200, made since then. Raises UpstreamError."""
    asked = {"customer_id": customer_id, "created_from": since, "limit": 200}
    items: list[dict[str, Any]] = _read(_ask("GET", "/api/v1/orders", 3.0, params=asked))["items"]
    return items


def cancel(order_id: int, key: str) -> dict[str, Any]:
    """Cancel an order. Raises NotPossible when its status does not allow it, UpstreamError when nobody answers."""
    response = _ask(
        "POST", f"/api/v1/orders/{order_id}/cancel",
        headers={"Idempotency-Key": key}, json={"reason": "cancelled by the customer"},
    )  # fmt: skip
    if response.status_code in {409, 412, 422}:
        raise NotPossible(_detail(response))
    cancelled: dict[str, Any] = _read(response)
    return cancelled


def is_ready() -> bool:
    """Whether the orders service says that it can work; its first answer after a start may take seconds."""
    try:
        return _ask("GET", "/readyz", 5.0).status_code == 200
    except UpstreamError:
        return False


def _read(response: httpx.Response) -> Any:
    if response.status_code != 200:
        raise UpstreamError(f"The orders service answered {response.status_code}: {_detail(response)}")
    try:
        return response.json()
    except ValueError as error:
        raise UpstreamError("The orders service answered with something that is no JSON") from error


def _detail(response: httpx.Response) -> str:
    try:
        problem = response.json()
        text = str(problem.get("detail") or problem.get("title") or "")
    except (ValueError, AttributeError):
        text = ""
    return (text or f"HTTP {response.status_code}")[:300]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
