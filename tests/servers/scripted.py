"""A small HTTP server on loopback that answers from a queue, and can misbehave: hang up, stall, send rubbish."""

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    """Close the connection without a word."""
    stall_s: float = 0.0
    """Say nothing for so long, or until the server is closed."""


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    url: str
    answers: deque[Answer]
    """What to answer, first to last; the last one is repeated."""
    seen: list[Seen]
    closing: threading.Event


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Scripted

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.script.seen.append(Seen(self.command, self.path, headers, body))
        answer = self.script.answers.popleft() if len(self.script.answers) > 1 else self.script.answers[0]
        if answer.stall_s:
            self.script.closing.wait(answer.stall_s)
        if answer.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the names that the standard library calls

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at `seen` instead."""


@contextmanager
def scripted(*answers: Answer) -> Iterator[Scripted]:
    """A running server with a queue of answers."""
    script = Scripted("", deque(answers or [Answer()]), [], threading.Event())
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"script": script}))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
