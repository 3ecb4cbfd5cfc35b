"""A load generator that costs little: raw keep-alive connections over asyncio, requests written out beforehand."""

import asyncio
import time
from collections.abc import Sequence
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
    return asyncio.run(_run(port, requests, connections))


async def _run(port: int, requests: Sequence[bytes], connections: int) -> Report:
    report = Report()
    waiting = iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_connection(port, waiting, report) for _ in range(connections)))
    report.seconds = time.perf_counter() - begun
    return report


async def _connection(port: int, waiting: "object", report: Report) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for content in waiting:  # type: ignore[attr-defined]  # one iterator for all connections
        begun = time.perf_counter()
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        length = content_length(head)
        if length:
            await reader.readexactly(length)
        report.times.append(time.perf_counter() - begun)
        status = int(head[9:12])
        report.statuses[status] = report.statuses.get(status, 0) + 1
    writer.close()


def content_length(head: bytes) -> int:
    """The Content-Length of a head, 0 where it has none."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0
