"""Readiness while somebody else keeps the database from being written."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from django.db import connection

from blueprints.web import refusals
from tests.orders.conftest import BODY
from tests.servers.services import Served


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_refused", False)
    monkeypatch.setattr(refusals, "PATIENCE_S", 0.0)


def locked(path: Path) -> "closing[sqlite3.Connection]":
    """A stranger who holds the lock for writing."""
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    return closing(stranger)


def test_a_lock_counts_after_a_refusal_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "db.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    with locked(path):
        assert refusals.are_over()
        refusals.note()
        assert not refusals.are_over()
        assert not refusals.are_over()
    assert refusals.are_over()
    with locked(path):
        assert refusals.are_over(), "nobody was refused since"


def test_a_database_that_is_no_file_has_no_lock_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "bench")
    refusals.note()
    assert refusals.are_over()


def test_a_service_is_not_ready_while_its_orders_are_refused(serve: Callable[..., Served]) -> None:
    served = serve("orders", "--no-relay", env={"BLUEPRINTS_WEB__LOCK_TIMEOUT": "1s"})
    folder = served.home / "data" / "orders"
    headers = {"X-API-Key": (folder / "admin.key").read_text()}
    with httpx.Client(base_url=served.url, headers=headers, timeout=60) as http:
        with locked(folder / "db.sqlite3"):
            assert http.get("/readyz").status_code == 200
            refused = http.post("/api/v1/orders", content=json.dumps(BODY), headers={"Idempotency-Key": "k"})
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert http.get("/readyz").status_code == 503
            assert http.get("/healthz").status_code == 200
        assert http.get("/readyz").status_code == 200
