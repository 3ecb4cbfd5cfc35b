"""Stores, messages and servers for the tests of the messenger."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blueprints import plugins
from blueprints.messenger.core.messages import Author
from blueprints.messenger.stores import Allowance, Draft, Store
from tests.messenger.browser import Visitor
from tests.messenger.windows import ended, served, sign_up
from tests.servers.chromium import launched
from tests.servers.ports import lasting_port
from tests.servers.services import Served, _await_ready

if TYPE_CHECKING:
    from tests.servers.redis import RedisServer

STORES = plugins.built_in("blueprints.messenger.stores")
DEADLINE_S = 60
HOUR_MS = 3_600_000
"""A lifetime that no test outlives, however busy the machine."""


@pytest.fixture(autouse=True)
def visitors_leave() -> Iterator[None]:
    yield
    while Visitor.all:
        Visitor.all.pop().http.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=STORES)
def store_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_store(request: pytest.FixtureRequest) -> Callable[..., Store]:
    """A store of a kind; two of the same `prefix` share their messages if the kind can."""

    def make(name: str, prefix: str = "", capacity: int = 1000, replay_events: int = 1000) -> Store:
        settings = plugins.module("blueprints.messenger.stores", name).Settings()
        if name == "redis":
            server: RedisServer = request.getfixturevalue("redis_server")
            settings = type(settings)(url=server.url, prefix=prefix or f"test-{secrets.token_hex(6)}:")
        made: Store = plugins.load("blueprints.messenger.stores", name, "Store")(settings, capacity, replay_events)
        return made

    return make


@pytest.fixture
async def store(store_name: str, make_store: Callable[..., Store]) -> AsyncIterator[Store]:
    made = make_store(store_name)
    await made.open()
    yield made
    await made.close()


def draft(text: str = "hello", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "id": secrets.token_hex(16),
        "room": "lobby",
        "text": text,
        "author": Author("u_1", "Demo"),
        "account": "1",
        "email": None,
        "client_id": None,
        "lifetime_ms": HOUR_MS,
        "links": (),
        "retry_key": None,
        "digest": "d" * 32,
    }
    return Draft(**(values | changes))


def plenty(sender: str = "u_1") -> Allowance:
    return Allowance(sender, 10_000, 10_000)


async def until(condition: Callable[[], Any], what: str = "the condition") -> Any:
    """The first true value of the condition; fails after a deadline."""
    deadline = asyncio.get_running_loop().time() + DEADLINE_S
    while True:
        value = condition()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not come true"
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def messenger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests that need nothing special of it; each has its own people."""
    home = tmp_path_factory.mktemp("messenger")
    program = str(Path(sys.executable).parent / "blueprints")
    env = {**os.environ, "BLUEPRINTS_HOME": str(home), "BLUEPRINTS_MESSENGER__TRUSTED_PROXIES": "127.0.0.1"}
    command = [program, "serve", "messenger", "--demo", "--port", "0"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    made = Served(process, home)
    _await_ready(made, 1)
    yield made
    assert made.stop() == 0
    for pipe in filter(None, (process.stdout, process.stderr)):
        pipe.close()


@pytest.fixture
def name() -> str:
    """Of somebody whom no other test knows."""
    return f"p{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("messenger")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[list[Served]]:
    """The server, replaced by whoever starts it anew."""
    found = [served(home, lasting_port())]
    yield found
    ended(found[0])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def member(running: list[Served], chromium: Any) -> Any:
    """The cookies of somebody who is logged in: `chromium.new_context(storage_state=member)`."""
    context = chromium.new_context()
    sign_up(context.new_page(), running[0].url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What scripts and the content security policy complained of; must stay empty."""
    found: list[str] = []
    yield found
    assert found == []
