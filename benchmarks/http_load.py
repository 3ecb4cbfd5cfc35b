"""A load generator that costs little: raw keep-alive connections, requests written out beforehand.

It runs on the cores that the server runs on, so that what it takes itself is taken from what is measured.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Report:
    """What came back: seconds in all, per request, and how often each status."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.times)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def run(port: int, requests: Sequence[bytes], connections: int) -> Report:
    """Send all requests over so many connections, each the next one as soon as it is free."""
    report = Report()
    waiting = iter(requests)
    begun = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            _Connection(port, waiting, report).start(selector)
        while selector.get_map():
            for key, _ in selector.select():
                key.data.receive(selector)
    report.seconds = time.perf_counter() - begun
    return report


class _Connection:
    def __init__(self, port: int, waiting: Iterator[bytes], report: Report) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = waiting
        self._report = report
        self._received = b""
        self._begun = 0.0

    def start(self, selector: selectors.BaseSelector) -> None:
        selector.register(self._socket, selectors.EVENT_READ, self)
        self._send_next(selector)

    def receive(self, selector: selectors.BaseSelector) -> None:
        """Take in what has come; after a whole answer comes the next request."""
        piece = self._socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection in the middle of an answer")
        self._received += piece
        head, mark, body = self._received.partition(b"\r\n\r\n")
        if not mark or len(body) < content_length(head):
            return
        self._report.times.append(time.perf_counter() - self._begun)
        status = int(head[9:12])
        self._report.statuses[status] = self._report.statuses.get(status, 0) + 1
        self._received = b""
        self._send_next(selector)

    def _send_next(self, selector: selectors.BaseSelector) -> None:
        content = next(self._waiting, None)
        if content is None:
            selector.unregister(self._socket)
            self._socket.close()
            return
        self._begun = time.perf_counter()
        self._socket.sendall(content)


def content_length(head: bytes) -> int:
    """The Content-Length of a head, 0 where it has none."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0
