"""Serving, as an operator sees it."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.test import Client

from blueprints.errors import BlueprintsError
from blueprints.web import service as services
from blueprints.web import settings
from blueprints.web.serving import start
from blueprints.web.together import run
from tests.servers.services import Served


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_service_makes_its_database_and_answers(
    serve: Callable[..., Served], postgres_url: Callable[[], str], database: str
) -> None:
    served = serve("orders", *(["--database", postgres_url()] if database == "postgresql" else []))
    assert httpx.get(served.url + "/healthz", timeout=60).json() == {"status": "ok"}
    assert httpx.get(served.url + "/readyz", timeout=60).status_code == 200
    key = served.home / "data" / "orders" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert served.stop() == 0


def test_two_that_start_at_once_on_a_new_folder_both_serve(spawn: Callable[..., Any]) -> None:
    both = [spawn("serve", "orders", "--port", "0", "--no-relay", stderr=subprocess.DEVNULL) for _ in range(2)]
    for process in both:
        assert "Orders is ready" in process.stdout.readline()  # empty where it ended
    for process in both:
        process.terminate()
    assert [process.wait(60) for process in both] == [0, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only one loopback address is there by itself")
@pytest.mark.allow_hosts(["127.0.0.2"])
def test_the_address_that_it_was_told_to_listen_at_is_answered(serve: Callable[..., Served]) -> None:
    away = "http://127.0.0.1:1"  # a proxy for the world is none for this machine
    served = serve("orders", "--host", "127.0.0.2", "--no-relay", env={"http_proxy": away, "no_proxy": ""})
    assert served.url.startswith("http://127.0.0.2:")
    assert httpx.get(served.url + "/healthz", timeout=60, trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("own", "allowed", "refused"),
    [
        ("chat.local 192.168.1.5", ["chat.local", "192.168.1.5"], []),
        ("fd00::5 fd00::5", ["[fd00::5]"], ["fd00::5"]),
        ("0.0.0.0 0.0.0.0", ["127.0.0.1"], ["0.0.0.0"]),
    ],
)
def test_hosts_that_are_answered(
    monkeypatch: pytest.MonkeyPatch, own: str, allowed: list[str], refused: list[str]
) -> None:
    monkeypatch.setenv(settings.SERVED_AT, own)
    orders = services.load("orders")
    hosts = settings.values(orders, services.resolve(orders.config)())["ALLOWED_HOSTS"]
    assert set(allowed) <= set(hosts)
    assert not set(refused) & set(hosts)


@pytest.mark.django_db
def test_settings_of_a_service_are_in_force(service: Callable[..., object], client: Client) -> None:
    service("orders")
    answer = client.get("/healthz", HTTP_X_REQUEST_ID="abcdefgh12")
    assert answer.json() == {"status": "ok"}
    assert answer["X-Request-ID"] == "abcdefgh12"
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_companions_of_a_service_on_another_port_get_ports_that_nobody_else_can_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "introductions", lambda urls: {})  # they would stay in the environment
    store = services.load("store")
    for child in run.beside(store, "127.0.0.1", store.port + 1, demo=False):
        assert child.port is not None
        port = child.port.getsockname()[1]
        assert str(port) in child.command
        with pytest.raises(BlueprintsError, match="cannot listen"):
            start.reserve("127.0.0.1", port)
        with start.reserve("127.0.0.1", port, kept=True) as theirs:
            assert theirs.getsockname()[1] == port
        child.port.close()
