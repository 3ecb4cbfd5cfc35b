"""The stream of a room, opened again where it ended."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from blueprints import http
from blueprints.errors import UpstreamError
from blueprints.messenger.client.api import NAME, refusal
from blueprints.web.client import told

if TYPE_CHECKING:
    from collections.abc import Iterator

SILENCE_S = 40.0
"""More than two heartbeats without a byte: the connection is dead."""
LONGEST_PAUSE_S = 15.0


class Event(NamedTuple):
    name: str
    id: str
    """The point to resume from, empty where the event has none."""
    data: dict[str, Any]


NUMBERED = ("hello", "message", "deleted", "resync")


def events(base_url: str, room: str, since: str | None, retry: bool) -> Iterator[Event]:
    """All events of a room from a point on, each once, over as many connections as it takes.

    Raises UpstreamError when the stream ends and `retry` is false, and at once where the first one cannot be opened.
    """
    last, failures, pause_s = since, 0, 1.0
    with http.client(NAME, base_url=base_url, timeout_s=SILENCE_S, retries=0) as client:
        while True:
            try:
                for event in _connection(client, room, last):
                    failures, last = 0, event.id or last
                    pause_s = _pause_s(event)
                    yield event
                error = UpstreamError("the messenger ended the stream")
            except UpstreamError as lost:
                error = lost
            if not retry or (failures == 0 and last == since and last is None):
                raise error
            failures += 1
            time.sleep(http.jittered(min(LONGEST_PAUSE_S, pause_s * 2 ** min(failures - 1, 5))))


def _connection(client: http.Client, room: str, last: str | None) -> Iterator[Event]:
    from httpx_sse import connect_sse

    query = {"room": room} | ({"last_event_id": last} if last else {})
    with http.translated(NAME), connect_sse(client, "GET", "/stream", params=query) as source:
        if source.response.status_code != 200:
            source.response.read()
            raise refusal(source.response.status_code, told.detail(source.response.content, "no stream"))
        for event in source.iter_sse():
            # after an id was seen, comments and `retry` come as events without data
            if event.data:
                yield Event(event.event, event.id if event.event in NUMBERED else "", json.loads(event.data))


def _pause_s(event: Event) -> float:
    return event.data.get("retry", 1000) / 1000 if event.name == "bye" else 1.0
