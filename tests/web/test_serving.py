"""Serving, as an operator sees it."""

from collections.abc import Callable

import httpx
import pytest
from django.test import Client

from tests.servers.services import Served


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_service_makes_its_database_and_answers(
    serve: Callable[..., Served], postgres_url: Callable[[], str], database: str
) -> None:
    served = serve("orders", *(["--database", postgres_url()] if database == "postgresql" else []))
    assert httpx.get(served.url + "/healthz").json() == {"status": "ok"}
    assert httpx.get(served.url + "/readyz").status_code == 200
    key = served.home / "data" / "orders" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert served.stop() == 0


@pytest.mark.django_db
def test_settings_of_a_service_are_in_force(service: Callable[..., object], client: Client) -> None:
    service("orders")
    answer = client.get("/healthz", HTTP_X_REQUEST_ID="abcdefgh12")
    assert answer.json() == {"status": "ok"}
    assert answer["X-Request-ID"] == "abcdefgh12"
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_companions_of_a_service_on_another_port_get_real_ports() -> None:
    from blueprints.web.together.run import _free_port

    assert _free_port(0, "127.0.0.1") > 0
