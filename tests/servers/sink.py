"""A server that receives events: keeps every request, answers 200 or what it is told."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Sink:
    url: str
    requests: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int] = lambda _request: 200
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, enough: Callable[[list[Received]], bool], timeout_s: float = 60) -> list[Received]:
        """All requests, once there are enough of them."""
        with self.changed:
            assert self.changed.wait_for(lambda: enough(self.requests), timeout_s), len(self.requests)
            return list(self.requests)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A sink on loopback."""
    found = Sink("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            status = found.answer(request)
            with found.changed:  # before the answer: what it leads to is sent later, and must be kept later
                found.requests.append(request)
                found.changed.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests look at the requests instead."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        server.shutdown()
