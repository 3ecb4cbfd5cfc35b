"""Stores, messages and servers for the tests of the messenger."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from blueprints import plugins
from blueprints.messenger.core.messages import Author
from blueprints.messenger.stores import Allowance, Draft, Store
from tests.messenger.browser import Visitor

if TYPE_CHECKING:
    from tests.servers.redis import RedisServer

STORES = plugins.built_in("blueprints.messenger.stores")
DEADLINE_S = 20


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
        "lifetime_ms": 10_000,
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
