"""A reader of the stream over a socket, and waiting for what it sees."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.messenger.browser import Visitor

DEADLINE_S = 60


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
    return value


@contextmanager
def stream(visitor: Visitor, query: str = "") -> Iterator[list[tuple[str, Any]]]:
    """(name, data) of the events so far; ("end", None) once the stream has ended."""
    events: list[tuple[str, Any]] = []
    host, _, port = visitor.url.removeprefix("http://").partition(":")
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
    with socket.create_connection((host, int(port))) as connection:
        address = visitor.http.headers["X-Forwarded-For"]
        head = (
            f"GET /stream?{query} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Cookie: {cookies}\r\nX-Forwarded-For: {address}\r\n\r\n"
        )
        connection.sendall(head.encode())
        reading = threading.Thread(target=_read, args=(connection, events))
        reading.start()
        try:
            until(lambda: named(events, "hello"))
            yield events
        finally:
            with suppress(OSError):  # it may have ended by itself
                connection.shutdown(socket.SHUT_RDWR)
            reading.join()


def _read(connection: socket.socket, events: list[tuple[str, Any]]) -> None:
    name = ""
    with suppress(OSError), connection.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"event: "):
                name = line[7:].decode().strip()
            elif line.startswith(b"data: "):
                events.append((name, json.loads(line[6:])))
            elif line == b"0\r\n":  # the last chunk
                break
    events.append(("end", None))


def named(events: list[tuple[str, Any]], name: str) -> list[Any]:
    return [data for event, data in events if event == name]
