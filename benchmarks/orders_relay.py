"""Events delivered per second to a sink on loopback, and a backlog after an outage: all arrive, in order per order."""

import argparse
import asyncio
import json
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import http_load
import orders_service


class Sink:
    """Answers 200 to every event and keeps the order of versions."""

    def __init__(self, events: int) -> None:
        self.events = events
        self.complete = asyncio.Event()
        self.ids: set[str] = set()
        self.repeated = 0
        self.last: dict[int, int] = {}
        self.out_of_order = 0
        self.first_at = self.last_at = 0.0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(http_load.content_length(head))
                self.note(head, json.loads(body))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def note(self, head: bytes, event: dict[str, object]) -> None:
        self.last_at = time.perf_counter()
        self.first_at = self.first_at or self.last_at
        name = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"webhook-id")).decode()
        self.repeated += name in self.ids
        self.ids.add(name)
        if len(self.ids) == self.events:
            self.complete.set()
        order = event["data"]["order"]  # type: ignore[index]  # our own events
        self.out_of_order += order["version"] < self.last.get(order["id"], 0)
        self.last[order["id"]] = order["version"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    for kind in options.databases:
        with orders_service.database(kind) as url:
            print(json.dumps(asyncio.run(measured(kind, url, options.events))), flush=True)


async def measured(kind: str, url: str, events: int) -> dict[str, object]:
    sink = Sink(events)
    server = await asyncio.start_server(sink.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    subscriber = {"name": "sink", "url": f"http://127.0.0.1:{port}/", "secret": "whsec_" + "A" * 44}
    env = {"BLUEPRINTS_ORDERS__SUBSCRIBERS": json.dumps([subscriber])}
    home = Path(tempfile.mkdtemp(prefix="blueprints-bench-"))
    await asyncio.to_thread(backlog, url, env, home, events)
    running = await asyncio.to_thread(lambda: orders_service.start(url, env=env, home=home))
    with suppress(TimeoutError):
        await asyncio.wait_for(sink.complete.wait(), 300)
    running.process.terminate()
    await asyncio.to_thread(running.process.wait)
    server.close()
    rate = len(sink.ids) / max(sink.last_at - sink.first_at, 0.001)
    return {
        "benchmark": "orders_relay",
        "database": kind,
        "events": events,
        "arrived": len(sink.ids),
        "repeated": sink.repeated,
        "out_of_order": sink.out_of_order,
        "per_s": round(rate),
        "goal": "300/s; every event arrives, in order per order",
        "met": rate >= 300 and len(sink.ids) == events and not sink.out_of_order,
    }


def backlog(url: str, env: dict[str, str], home: Path, events: int) -> None:
    """Orders made and moved one step while no relay runs: two events each."""
    with orders_service.served(url, "--no-relay", env=env, home=home) as service:
        http_load.run(service.port, orders_service.posts(service.key, events // 2), 8)
        headers = {"Authorization": f"Token {service.key}"}
        steps = [
            http_load.request("POST", f"/api/v1/orders/{1 + number}/next", headers) for number in range(events // 2)
        ]
        report = http_load.run(service.port, steps, 8)
        assert set(report.statuses) == {200}, report.statuses


if __name__ == "__main__":
    main()
