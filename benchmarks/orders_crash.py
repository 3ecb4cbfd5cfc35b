"""SIGKILL at every failpoint and at random times under load: nothing lost, nothing doubled, every event delivered.

Senders repeat each order under its key until it is acknowledged, while workers and relay are killed and started again.
"""

import argparse
import json
import os
import random
import signal
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orders_service

POINTS = (
    "orders.create.before_commit", "orders.create.after_commit", "orders.change.before_commit",
    "orders.change.after_commit", "relay.after_claim", "relay.after_send",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=6, help="at random times; 50 is the size of the promise")
    parser.add_argument("--orders", type=int, default=20, help="of each round")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    for kind in options.databases:
        with orders_service.database(kind) as url:
            print(json.dumps({"benchmark": "orders_crash", "database": kind, **rounds(url, options)}), flush=True)


def rounds(url: str, options: argparse.Namespace) -> dict[str, object]:
    events: Counter[str] = Counter()
    sink = ThreadingHTTPServer(("127.0.0.1", 0), handler(events))
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{sink.server_address[1]}/"
    subscriber = {"name": "sink", "url": address, "secret": "whsec_" + "A" * 44}
    env = {
        "BLUEPRINTS_ORDERS__SUBSCRIBERS": json.dumps([subscriber]),
        "BLUEPRINTS_ORDERS__RELAY__SCHEDULE": json.dumps(["0", *["200ms"] * 50]),
    }
    home = Path(tempfile.mkdtemp(prefix="blueprints-bench-"))
    made: dict[str, int] = {}
    for point in POINTS:
        play(url, {**env, "BLUEPRINTS_FAILPOINT": f"{point}:3"}, home, options.orders, made, kill=False)
    for _ in range(options.kills):
        play(url, env, home, options.orders, made, kill=True)
    with orders_service.served(url, env=env, home=home) as service:
        count = call(service, "GET", "/api/v1/orders?count=true&limit=1")["count"]
        expected = all_events(service)
        until = time.monotonic() + 120
        while not expected <= set(events) and time.monotonic() < until:
            time.sleep(0.2)
    return {
        "rounds": len(POINTS) + options.kills,
        "acknowledged_keys": len(made),
        "orders": count,
        "ids_given_twice": len(made) - len(set(made.values())),
        "events": len(expected),
        "events_missing": len(expected - set(events)),
        "events_of_no_order": len(set(events) - expected),
        "sent_more_than_once": sum(number > 1 for number in events.values()),
    }


def play(url: str, env: dict[str, str], home: Path, orders: int, made: dict[str, int], *, kill: bool) -> None:
    """One life of the service: orders made and moved one step; it dies in between and is started again."""
    service = orders_service.start(url, env=env, home=home)
    killer = threading.Timer(random.uniform(0.1, 1.5), lambda: destroy(service.process.pid)) if kill else None
    if killer:
        killer.start()
    for number in range(orders):
        key = f"{len(made)}-{number}"
        while True:
            try:
                order = call(service, "POST", "/api/v1/orders", orders_service.order(1 + number), key)["id"]
                call(service, "POST", f"/api/v1/orders/{order}/next", b"", f"move-{key}")
            except (OSError, urllib.error.URLError):
                if service.process.poll() is not None:
                    service = orders_service.start(url, env={**env, "BLUEPRINTS_FAILPOINT": ""}, home=home)
                time.sleep(0.05)
            else:
                made[key] = order
                break
    if killer:
        killer.join()
    if service.process.poll() is None:
        service.process.terminate()
    service.process.wait(30)


def destroy(pid: int) -> None:
    """The whole service at once, as when a machine loses power."""
    family = [pid, *orders_service.below(pid)]
    for one in family:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def call(
    service: orders_service.Running, method: str, path: str, body: bytes | None = None, key: str = ""
) -> dict[str, int]:
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", data=body, method=method)
    request.add_header("X-API-Key", service.key)
    if key:
        request.add_header("Idempotency-Key", key)
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, int] = json.load(answer)
        return found


def all_events(service: orders_service.Running) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page: dict[str, object] = call(service, "GET", f"/api/v1/events?limit=200{cursor}")  # type: ignore[assignment]  # a page
        found |= {event["id"] for event in page["items"]}  # type: ignore[attr-defined]  # as above
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def handler(events: Counter[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            events[self.headers["webhook-id"]] += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """The counts are what matters."""

    return Handler


if __name__ == "__main__":
    main()
