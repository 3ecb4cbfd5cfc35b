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
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from blueprints import clock
from blueprints.fx import refreshing, stores
from tests.conftest import Run
from tests.fx.world import World, ecb_csv, serving
from tests.servers.mongo import database
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("unmeasured")
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
def seeded() -> date:
    """The last day of the first rates, a month ago."""
    return (clock.now() - timedelta(days=30)).date()


@pytest.fixture
def today(seeded: date, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """The world as of this very day: other processes have the real clock."""
    world = World(seeded - timedelta(days=30), seeded + timedelta(days=30))
    seed = tmp_path / "history.csv"
    seed.write_text(ecb_csv(world.until(seeded)))
    monkeypatch.setenv("BLUEPRINTS_FX__SEED", str(seed))
    with serving(world):
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        yield world


@pytest.fixture(params=["sqlite", "mongodb"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path / 'fx.sqlite'}"
    if request.param == "mongodb":
        found = database(request.getfixturevalue("mongo_server"), f"test_{uuid.uuid4().hex}")
    monkeypatch.setenv("BLUEPRINTS_FX__STORE", found)
    return found


def stored_days(address: str) -> list[str]:
    store = stores.store(address)
    days = [str(day.date) for day in store.days("ecb")]
    store.close()
    return days


def test_many_first_updates_at_once(today: World, seeded: date, address: str, spawn: Spawn) -> None:
    processes = [spawn("fx", "update", "--json") for _ in range(PROCESSES)]
    outputs = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, outputs
    new = [json.loads(stdout)["sources"][0]["new"] for stdout, _ in outputs]
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
    until(lambda: today.asked or process.poll() is not None)
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
    until(lambda: today.asked or process.poll() is not None)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the time after which a source is left; it answers a minute later, or never."""
    assert refreshing.LIMIT_S == 3
    monkeypatch.setattr(refreshing, "LIMIT_S", 0.3)


@pytest.mark.usefixtures("_in_a_hurry")
def test_a_source_that_hangs_is_left_within_seconds(today: World, run: Run) -> None:
    today.failing["/stats"] = lambda: (200, b"late" if today.released.wait(60) else b"later")
    result = run("fx", "convert", "1", "EUR", "USD", expect=0)
    assert "ecb: no answer in time" in result.stderr


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that begins to answer, and then sends a byte now and then for a minute."""
    over = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):  # the other side has left
                for _ in range(3000):
                    self.wfile.write(b" ")
                    if over.wait(0.02):
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


@pytest.mark.usefixtures("_in_a_hurry")
def test_a_source_that_drips_is_left_within_seconds(today: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping() as address:
        monkeypatch.setenv("BLUEPRINTS_FX__ECB__BASE_URL", address)
        result = run("fx", "convert", "1", "EUR", "USD", expect=0)
        assert "ecb: no answer in time" in result.stderr
