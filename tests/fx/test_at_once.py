"""Updates by many processes at once, and processes that are killed: each day is stored once, and nothing by halves."""

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from blueprints import clock
from blueprints.fx import stores
from tests.conftest import Run
from tests.fx.world import World, ecb_csv, serving

PROCESSES = 6
DYING = """
import os, signal, sys
from blueprints.cli import cli
from blueprints.command import run
from blueprints.fx.stores.{store} import Store
left, write = {days}, Store.{method}

def dying(self, source, day):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(self, source, day)

Store.{method} = dying
sys.modules[Store.__module__].BATCH = 2
sys.exit(run(cli, ["fx", "update"]))
"""
Spawn = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """The world as of this very day, and first rates that end a month ago: other processes have the real clock."""
    now = clock.now()
    world = World((now - timedelta(days=60)).date(), now.date())
    seed = tmp_path / "history.csv"
    seed.write_text(ecb_csv(world.until((now - timedelta(days=30)).date())))
    monkeypatch.setenv("BLUEPRINTS_FX__SEED", str(seed))
    with serving(world):
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        yield world


@pytest.fixture(params=["sqlite", "mongodb"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path / 'fx.sqlite'}"
    if request.param == "mongodb":
        found = f"{request.getfixturevalue('mongo_server')}/test_{uuid.uuid4().hex}"
    monkeypatch.setenv("BLUEPRINTS_FX__STORE", found)
    return found


def stored_days(address: str) -> list[str]:
    store = stores.store(address)
    days = [str(day.date) for day in store.days("ecb")]
    store.close()
    return days


def test_many_first_updates_at_once(today: World, address: str, spawn: Spawn) -> None:
    processes = [spawn("fx", "update", "--json") for _ in range(PROCESSES)]
    outputs = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, outputs
    new = [json.loads(stdout)["sources"][0]["new"] for stdout, _ in outputs]
    seeded = (clock.now() - timedelta(days=30)).date()
    assert sum(new) == len([day for day in today.days if day > seeded])
    assert stored_days(address) == sorted(map(str, today.days))


@pytest.mark.parametrize("days", [1, 5])
def test_killed_while_writing(today: World, address: str, days: int, run: Run) -> None:
    run("fx", "base", "EUR", expect=0)
    before = stored_days(address)
    store, method = ("sqlite", "_merge") if address.startswith("sqlite") else ("mongodb", "_inserted")
    script = DYING.format(store=store, method=method, days=days)
    done = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = stored_days(address)
    assert left == sorted(map(str, today.days))[: len(left)], "a hole"
    assert len(before) <= len(left) < len(today.days)
    if store == "sqlite":
        assert left == before
    run("fx", "update", expect=0)
    assert stored_days(address) == sorted(map(str, today.days))


def test_killed_while_fetching(today: World, address: str, spawn: Spawn, run: Run) -> None:
    run("fx", "base", "EUR", expect=0)
    before = stored_days(address)

    def stalled() -> tuple[int, bytes]:
        today.released.wait(60)
        return 200, b""

    today.failing["/stats"] = stalled
    process = spawn("fx", "update")
    while not today.asked:
        assert process.poll() is None
    process.kill()
    process.wait()
    assert stored_days(address) == before
    today.heal()
    run("fx", "update", expect=0)
    assert stored_days(address) == sorted(map(str, today.days))


def test_ctrl_c_while_fetching(today: World, spawn: Spawn, run: Run) -> None:
    run("fx", "base", "EUR", expect=0)

    def stalled() -> tuple[int, bytes]:
        today.released.wait(60)
        return 200, b""

    today.failing["/stats"] = stalled
    process = spawn("fx", "update")
    while not today.asked:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr


def test_a_source_that_hangs_is_left_within_seconds(today: World, run: Run) -> None:
    today.failing["/stats"] = lambda: (today.released.wait(20) and (200, b"")) or (200, b"")
    started = datetime.now(UTC)
    result = run("fx", "convert", "1", "EUR", "USD", expect=0)
    assert "ecb: no answer in time" in result.stderr
    assert datetime.now(UTC) - started < timedelta(seconds=15)


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that begins to answer, and then sends a byte now and then for a minute."""
    over = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):  # the other side has left
                for _ in range(600):
                    self.wfile.write(b" ")
                    if over.wait(0.1):
                        break

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def test_a_source_that_drips_is_left_within_seconds(today: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping() as address:
        monkeypatch.setenv("BLUEPRINTS_FX__ECB__BASE_URL", address)
        started = datetime.now(UTC)
        result = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert "ecb: no answer in time." in result.stderr
        assert datetime.now(UTC) - started < timedelta(seconds=15)
