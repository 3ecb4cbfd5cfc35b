"""Which addresses are public, and whose address counts behind proxies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import RequestFactory, override_settings

from blueprints.errors import UpstreamError
from blueprints.web.addresses import client_address
from blueprints.web.outbox.addresses import is_public, public_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False),
        ("10.0.0.1", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.1.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("100.64.0.1", False), ("::1", False), ("fe80::1", False), ("fc00::1", False),
        ("::ffff:10.0.0.1", False), ("::ffff:93.184.215.14", True), ("ff02::1", False), ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False), ("64:ff9b::5db8:d70e", True), ("2002:7f00:1::", False), ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False), ("fec0::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_one_private_address_among_many_refuses_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(0, 0, 0, "", ("93.184.215.14", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_named: answers)
    with pytest.raises(UpstreamError, match="private network"):
        public_address("rebind.example", 80)
    del answers[1]
    assert public_address("fine.example", 80) == "93.184.215.14"


def test_an_unknown_name_is_an_upstream_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise OSError("unknown")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    with pytest.raises(UpstreamError, match="cannot be found"):
        public_address("nowhere.example", 80)


@dataclass(frozen=True)
class Config:
    trusted_proxies: list[str] = field(default_factory=list)


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        ([], "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
        (["10.0.0.0/8"], "9.9.9.9", "1.2.3.4", "9.9.9.9"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "nonsense", "nonsense"),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
    ],
)
def test_the_address_that_counts(proxies: list[str], peer: str, forwarded: str, expected: str) -> None:
    headers: dict[str, Any] = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    with override_settings(SERVICE_CONFIG=Config(proxies)):
        assert client_address(request) == expected
    with override_settings(SERVICE_CONFIG=object(), TRUSTED_PROXIES=proxies):  # a service with no such setting
        assert client_address(request) == expected


def test_throttles_count_that_address(service: Callable[..., Any]) -> None:
    from blueprints.web.accounts.adapter import Adapter

    service("orders")
    assert Adapter().get_client_ip(RequestFactory().get("/", REMOTE_ADDR="9.9.9.9")) == "9.9.9.9"
