"""`blueprints messenger tail` at work: over a restart of the server, and on a screen of its own."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blueprints.messenger.client import tail as tailing
from blueprints.messenger.client.events import Event
from blueprints.messenger.client.screen import Screen
from tests.messenger.browser import Visitor
from tests.messenger.conftest import HOUR_MS
from tests.messenger.streams import until
from tests.servers.ports import is_free, lasting_port
from tests.servers.services import Served


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("messenger-processes")
def test_tail_comes_back_after_a_restart_of_the_server(
    serve: Callable[..., Served], spawn: Callable[..., Any], name: str
) -> None:
    port = lasting_port()
    served = serve("messenger", port=port)
    ann = Visitor(served.url).sign_up(name)
    assert ann.post("before", lifetime=HOUR_MS).status_code == 201
    process = spawn("messenger", "tail", "--json", "--base-url", served.url)
    events: list[dict[str, Any]] = []
    reading = threading.Thread(target=_read, args=(process.stdout, events))
    reading.start()
    until(lambda: _texts(events) == ["before"])
    assert served.stop() == 0
    until(lambda: is_free(port))
    serve("messenger", port=port)
    assert ann.post("after", lifetime=HOUR_MS).status_code == 201
    until(lambda: _texts(events) == ["before", "after"])
    process.terminate()
    process.wait(60)
    reading.join(60)


def _read(lines: Iterator[str], events: list[dict[str, Any]]) -> None:
    for line in lines:
        events += [json.loads(line)]


def _texts(events: list[dict[str, Any]]) -> list[str]:
    return [event["data"]["message"] for event in events if event["event"] == "message"]


class Ticker:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _message(id_: str, text: str, left_ms: int) -> Event:
    author = {"id": "u", "name": "Ann", "bot": False, "owner": None}
    data = {
        "id": id_,
        "message": text,
        "expires_in": left_ms,
        "author": author,
        "posted_at": "2026-11-22T16:00:05.000Z",
    }
    return Event("message", "", data)


def _drawn(screen: Screen) -> str:
    from rich.console import Console

    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(screen.drawn())
    return str(capture.get())


def test_messages_vanish_from_the_screen_in_time_also_without_a_word_from_the_server() -> None:
    clock = Ticker()
    screen = Screen("lobby", clock)
    for event in (_message("a", "short", 2000), _message("b", "long\x1b[2J", 9000), _message("c", "deleted", 9000)):
        screen.take(event)
    screen.take(Event("presence", "", {"room": "lobby", "readers": 3}))
    drawn = _drawn(screen)
    assert "lobby · 3 reading" in drawn
    assert "short (3 s)" in drawn or "short (2 s)" in drawn
    assert "\x1b[2J" not in drawn
    screen.take(Event("deleted", "1-0", {"room": "lobby", "id": "c", "by": "author"}))
    clock.now += 2.1
    assert "short" not in _drawn(screen)
    assert "deleted" not in _drawn(screen)
    screen.take(Event("expired", "", {"room": "lobby", "ids": ["b"]}))
    assert "No messages!" in _drawn(screen)


class Missed:
    """An API whose stream said that something was missed."""

    def page(self, room: str, **_: Any) -> dict[str, Any]:
        return {"head": "1-0", "messages": [_message("a", "still here", 9000).data]}


def test_the_screen_shows_again_what_is_alive_after_it_missed_something(monkeypatch: Any) -> None:
    resync = Event("resync", "2-0", {"room": "lobby", "reason": "gap"})
    monkeypatch.setattr(tailing, "events", lambda *_: iter([resync]))
    screen, api = Screen("lobby", Ticker()), Missed()
    for event in tailing.tail(api, "", "lobby", None, retry=False, afresh=True):  # type: ignore[arg-type]  # as much of an API as it needs
        screen.take(event)
    assert "still here" in _drawn(screen)
    lines = list(tailing.tail(api, "", "lobby", None, retry=False))  # type: ignore[arg-type]  # as above
    assert [event.name for event in lines] == ["message", "resync"], "on lines each message once"
