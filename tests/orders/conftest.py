"""An order service inside the test process, and a caller with a key for it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from blueprints.orders.scopes import SCOPES
from blueprints.web.keys import access, issue

BODY: dict[str, Any] = {
    "order_customer": {"customer_id": 7, "name": "Ada Byte", "email": "ada@example.org"},
    "items": [
        {"product_id": 11, "name": "Astro Racer", "quantity": 1, "price_per_unit": "10.00"},
        {"product_id": 12, "name": "Maze Hunter", "quantity": 3, "price_per_unit": 5.5},
    ],
}


def body(customer_id: int = 7, **changes: Any) -> dict[str, Any]:
    """A good order of 26.50, with keys replaced."""
    customer = {"customer_id": customer_id, "name": "Ada Byte", "email": "ada@example.org"}
    return {**BODY, "order_customer": customer, **changes}


class Caller:
    """Calls the API with a key; answers are Django's."""

    def __init__(self, key: str) -> None:
        self.http = Client(HTTP_AUTHORIZATION=f"Token {key}") if key else Client()
        self.count = 0

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers=_spelled(headers))

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        content = data if isinstance(data, str | bytes) else "" if data is None else json.dumps(data)
        return self.http.generic(method, path, content, content_type="application/json", headers=_spelled(headers))

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.send("POST", path, data, **headers)

    def order(self, data: Any = None, key: str = "", **headers: str) -> Any:
        """POST /orders under a new key, or the one given."""
        self.count += 1
        chosen = key or f"key-{self.count}"
        return self.post("/api/v1/orders", BODY if data is None else data, idempotency_key=chosen, **headers)

    def made(self, data: Any = None) -> int:
        """The id of a new order."""
        answer = self.order(data)
        assert answer.status_code == 201, answer.content
        return int(answer.json()["id"])


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def new_key() -> Callable[..., str]:
    """Makes an API key: `new_key("orders:read", client="finance")`."""

    def make(*scopes: str, client: str = "store", **options: Any) -> str:
        return issue.create(client, scopes, **options)[1]

    return make


@pytest.fixture
def orders(service: Callable[..., Any], db: None) -> Callable[..., Any]:
    """The settings of the order service in force: `orders(currency="EUR")` changes some."""
    service("orders")
    access.forget_uses()
    return lambda **fields: service("orders", **fields)


@pytest.fixture
def api(orders: Callable[..., Any], new_key: Callable[..., str]) -> Caller:
    """The API with a key of the client `store` that has every scope."""
    return Caller(new_key(*SCOPES))
