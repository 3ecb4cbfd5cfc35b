"""Many readers of the stream in a process of their own, with as little work for each event as possible."""

import asyncio
import multiprocessing
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

MARK = b"sent-at-"
"""Before the sender's monotonic nanoseconds in the text of a message."""
BATCH = 100
"""Connections opened at once."""


@dataclass
class Seen:
    """What one reader got."""

    delays_ms: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    last_id: bytes = b""


class Reader(asyncio.Protocol):
    def __init__(self, seen: Seen, request: bytes, ready: "asyncio.Future[None]") -> None:
        self.seen, self.request, self.ready = seen, request, ready
        self.rest = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(self.request)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        blocks = (self.rest + data).split(b"\n\n")
        self.rest = blocks.pop()
        for block in blocks:
            if not self.ready.done() and b"event: hello" in block:
                self.ready.set_result(None)
            at = block.find(MARK)
            if at >= 0:
                self._message(block, at, now)

    def _message(self, block: bytes, at: int, now: int) -> None:
        sent, _, number = block[at + len(MARK) : at + 60].partition(b'"')[0].partition(b"-")
        self.seen.delays_ms.append((now - int(sent)) / 1e6)
        self.seen.numbers.append(int(number))
        start = block.find(b"id: ") + 4
        self.seen.last_id = block[start : block.find(b"\n", start)]


async def open_streams(port: int, seen: list[Seen], rooms: str = "room=lobby", resume: bool = False) -> list[Reader]:
    """A stream for each, ready once it has been greeted."""
    loop, readers = asyncio.get_running_loop(), []
    for begin in range(0, len(seen), BATCH):
        waiting = []
        for each in seen[begin : begin + BATCH]:
            ready: asyncio.Future[None] = loop.create_future()
            point = f"Last-Event-ID: {each.last_id.decode()}\r\n" if resume else ""
            request = f"GET /stream?{rooms} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{point}\r\n".encode()
            reader = Reader(each, request, ready)
            await loop.create_connection(partial(_same, reader), "127.0.0.1", port)
            readers.append(reader)
            waiting.append(ready)
        await asyncio.gather(*waiting)
    return readers


def _same(reader: Reader) -> Reader:
    return reader


def message(number: int) -> str:
    """The text of a message that carries its time."""
    return f"{MARK.decode()}{time.monotonic_ns()}-{number}"


class Crowd:
    """Readers in another process: `start`, post, then `stop` for what they saw."""

    def __init__(self, port: int, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_run, args=(port, count, theirs), daemon=True)

    def start(self) -> None:
        self.process.start()
        assert self.ours.recv() == "ready"

    def stop(self) -> list[Seen]:
        self.ours.send("stop")
        seen: list[Seen] = self.ours.recv()
        self.process.join()
        return seen


def _run(port: int, count: int, pipe: Any) -> None:
    asyncio.run(_read(port, count, pipe))


async def _read(port: int, count: int, pipe: Any) -> None:
    seen = [Seen() for _ in range(count)]
    readers = await open_streams(port, seen)
    pipe.send("ready")
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    pipe.send(seen)
    for reader in readers:
        reader.transport.abort()
