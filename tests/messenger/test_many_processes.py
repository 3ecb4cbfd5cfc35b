"""Many workers, killed in turn under their readers, and accounts in PostgreSQL."""

import os
import re
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from blueprints.errors import BlueprintsError
from blueprints.messenger.client.api import Api
from blueprints.messenger.client.events import events
from tests.messenger.browser import Visitor
from tests.messenger.conftest import HOUR_MS
from tests.messenger.streams import named, stream, until
from tests.messenger.test_service import own_prefix
from tests.servers.redis import RedisServer
from tests.servers.services import Served

Serve = Callable[..., Served]
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("messenger-processes"),
    pytest.mark.usefixtures("unmeasured"),
]
READERS, MESSAGES = 6, 60


def workers(served: Served) -> list[int]:
    """Process ids of the workers."""
    main = served.process.pid
    found = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return [int(pid) for pid in found if (command := _command(pid)) and "resource_tracker" not in command]


def _command(pid: str) -> str:
    """Nothing of a process that has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def made_key(visitor: Visitor) -> str:
    found = re.search(r"bpm_[\w-]{20,}", visitor.submit("/accounts/keys/", label="Robot").text)
    assert found
    return found[0]


class Reader(threading.Thread):
    """The terminal's client, which comes back by itself, until it has seen the last message."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.greeted = threading.Event()
        self.texts: list[str] = []

    def run(self) -> None:
        with suppress(BlueprintsError):  # the server ends with the test
            for event in events(self.url, "lobby", None, retry=True):
                if event.name == "hello":
                    self.greeted.set()
                if event.name == "message":
                    self.texts.append(event.data["message"])
                if self.texts[-1:] == [str(MESSAGES - 1)]:
                    return


def test_two_workers_killed_in_turn_lose_and_double_nothing(serve: Serve, redis_server: RedisServer, name: str) -> None:
    env = own_prefix() | {"BLUEPRINTS_MESSENGER__BOT_BURST": "1000"}
    served = serve("messenger", "--store", "redis", "--redis-url", redis_server.url, "--workers", "2", env=env)
    ann = Visitor(served.url).sign_up(name)
    api = Api(served.url, made_key(ann))
    readers = [Reader(served.url) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    assert all(reader.greeted.wait(60) for reader in readers)
    first, second = workers(served)
    for number in range(MESSAGES):
        if number == MESSAGES // 3:
            os.kill(first, signal.SIGKILL)
        if number == MESSAGES * 2 // 3:
            until(lambda: len(set(workers(served)) - {first}) == 2)
            os.kill(second, signal.SIGKILL)
        _post(api, str(number))
    for reader in readers:
        reader.join(120)
    api.http.close()
    assert [reader.texts for reader in readers] == [[str(number) for number in range(MESSAGES)]] * READERS
    until(lambda: len(set(workers(served)) - {first, second}) == 2)
    assert ann.post("the session is still good").status_code == 201


def _post(api: Api, text: str) -> None:
    """As a program would: the same `client_id` until it is known to be there."""

    def posted() -> bool:
        with suppress(BlueprintsError):  # its worker was killed
            return bool(api.post(text, "lobby", HOUR_MS, f"client-{text}"))
        return False

    until(posted)


def test_accounts_live_in_postgresql(
    serve: Serve, postgres_url: Callable[[], str], redis_server: RedisServer, name: str
) -> None:
    flags = ("--store", "redis", "--redis-url", redis_server.url, "--workers", "2", "--database", postgres_url())
    served = serve("messenger", *flags, env=own_prefix())
    assert httpx.get(f"{served.url}/readyz").status_code == 200
    ann, bob = Visitor(served.url).sign_up(name), Visitor(served.url).sign_up(f"b{name}")
    same = {"email": f"c{name}@example.com", "display_name": name.upper(), "password1": "correct horse 42"}
    assert "taken" in Visitor(served.url).submit("/accounts/signup/", **same).text
    assert ann.submit("/r/", title="Ops", slug="ops").status_code in (302, 303)
    with stream(bob, "room=ops") as seen:
        assert ann.post("in a new room", room="ops", lifetime=HOUR_MS).status_code == 201
        until(lambda: named(seen, "message"))
    bot = {"Authorization": f"Bearer {made_key(ann)}"}
    answer = httpx.post(f"{served.url}/messages", json={"message": "beep"}, headers=bot)
    assert answer.json()["author"]["owner"] == name
    assert ann.submit("/accounts/delete/", password="correct horse 42").status_code == 302
    until(
        lambda: httpx.post(f"{served.url}/messages", json={"message": "beep"}, headers=bot).status_code == 401,
    )
    assert served.stop() == 0
