"""Services that are started together know each other."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event

import httpx
import pytest

from blueprints import paths
from blueprints.web import service as services
from blueprints.web.accounts import demo
from blueprints.web.together import introductions, welcome
from tests.servers.scripted import Answer, scripted
from tests.servers.services import Served

URLS = {
    "store": "http://127.0.0.1:1", "orders": "http://127.0.0.1:2", "notifier": "http://127.0.0.1:3",
    "messenger": "http://127.0.0.1:4",
}  # fmt: skip


def test_each_service_is_told_of_the_others_under_the_same_secrets(isolated: Path) -> None:
    found = introductions.introductions(URLS)
    subscribers = {one["name"]: one for one in json.loads(found["BLUEPRINTS_ORDERS__SUBSCRIBERS"])}
    assert subscribers["store"]["url"] == "http://127.0.0.1:1/webhooks/orders"
    assert subscribers["store"]["secret"] == found["BLUEPRINTS_STORE__ORDERS_WEBHOOK_SECRETS"]
    sources = json.loads(found["BLUEPRINTS_NOTIFIER__SOURCES"])
    assert sources["orders"]["secrets"] == [subscribers["notifier"]["secret"]]
    assert sources["store"]["secrets"] == [found["BLUEPRINTS_STORE__NOTIFIER_SECRET"]]
    key = json.loads(found["BLUEPRINTS_ORDERS__KEYS"])[0]
    assert Path(key["key_file"]).read_text() == found["BLUEPRINTS_STORE__ORDERS_API_KEY"]
    assert Path(key["key_file"]).stat().st_mode & 0o777 == 0o600
    assert introductions.introductions(URLS) == found


def test_what_is_configured_stays(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_STORE__ORDERS_URL", "https://orders.example")
    found = introductions.introductions(URLS)
    assert "BLUEPRINTS_STORE__ORDERS_URL" not in found
    assert "BLUEPRINTS_STORE__NOTIFIER_URL" in found


def test_the_store_brings_its_orders_and_mails_along(serve: Callable[..., Served]) -> None:
    served = serve("store", ready=3)
    key = (served.home / "data" / "orders" / "admin.key").read_text()
    orders = next(url for url in served.urls if _is_orders(url, key))
    listed = httpx.get(f"{orders}/api/v1/subscribers", headers={"X-API-Key": key}, timeout=60).json()["items"]
    assert {one["name"] for one in listed} == {"store", "notifier"}
    assert {one["url"].rpartition("/webhooks")[0] for one in listed} == set(served.urls) - {orders}
    assert served.stop() == 0
    for url in served.urls:
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)


def _is_orders(url: str, key: str) -> bool:
    answer = httpx.get(f"{url}/api/v1/subscribers", headers={"X-API-Key": key}, timeout=60)
    return answer.status_code == 200


def test_when_all_answer_it_says_where_and_how_to_log_in(isolated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    password = demo.new_password(paths.data_dir() / "orders", "admin")
    with scripted(Answer(status=503), Answer()) as one, scripted(Answer()) as other:
        addresses = {"store": one.url, "orders": other.url, "notifier": other.url, "messenger": other.url}
        found = {services.load(name): address for name, address in addresses.items()}
        welcome.say(found, Event(), is_demo=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"  Orders            {other.url}/\n                      log in as admin with {password}\n" in shown.err
    assert f"{other.url}/mailbox/" in shown.err
    assert len(one.seen) == 1


def test_without_a_demo_only_the_addresses_are_said(isolated: Path) -> None:
    demo.new_password(paths.data_dir() / "orders", "admin")
    found = {services.load("orders"): "http://127.0.0.1:1"}
    shown = ["", "All services answer. Ctrl-C stops them.", "  Orders            http://127.0.0.1:1/"]
    assert list(welcome.lines(found, is_demo=False)) == shown


def test_nothing_is_said_when_it_ends_before(capsys: pytest.CaptureFixture[str]) -> None:
    stop = Event()
    with scripted(Answer(hang_up=True)) as silent:
        found = {services.load("orders"): silent.url}
        stopper = threading.Timer(0.1, stop.set)
        stopper.start()
        welcome.say(found, stop, is_demo=True)
        stopper.join()
    assert capsys.readouterr().err == ""
