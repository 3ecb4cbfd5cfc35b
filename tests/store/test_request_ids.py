"""The id of a visitor's request goes along to the orders service."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from blueprints.store import orders
from blueprints.web import requests


def test_the_orders_service_is_told_the_id_of_the_request(
    service: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    service("store", orders_url="http://orders.example", orders_api_key="k" * 40)
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    client = httpx.Client(base_url="http://orders.example", transport=httpx.MockTransport(answer))
    monkeypatch.setattr(orders, "_client", lambda url, timeout_s: client)
    requests.begin("from-the-click")
    orders.is_ready()
    orders.order(7)
    assert [one.headers["X-Request-ID"] for one in sent if one.url.path != "/readyz"] == ["from-the-click"]
