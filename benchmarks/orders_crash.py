"""SIGKILL at every failpoint and at random times under load: nothing lost, nothing doubled, every event delivered.

Senders repeat each order under its key until it is acknowledged, while workers and relay are killed and started again.
"""

import argparse
import http.client
import json
import os
import random
import secrets
import signal
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orders_service

POINTS = (
    "orders.create.before_commit", "orders.create.after_commit", "orders.change.before_commit",
    "orders.change.after_commit", "relay.after_claim", "relay.after_send",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="at random times; 50 is the size of the promise")
    parser.add_argument("--orders", type=int, default=10, help="of each failpoint")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    for kind in options.databases:
        with orders_service.database(kind) as url:
            print(json.dumps({"benchmark": "orders_crash", "database": kind, **rounds(url, options)}), flush=True)


def rounds(url: str, options: argparse.Namespace) -> dict[str, object]:
    events: Counter[str] = Counter()
    sink = Sink(("127.0.0.1", 0), handler(events))
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{sink.server_address[1]}/"
    subscriber = {"name": "sink", "url": address, "secret": "whsec_" + "A" * 44}
    env = {
        "BLUEPRINTS_ORDERS__SUBSCRIBERS": json.dumps([subscriber]),
        "BLUEPRINTS_ORDERS__RELAY__SCHEDULE": json.dumps(["0", *["200ms"] * 50]),
    }
    home = Path(tempfile.mkdtemp(prefix="blueprints-bench-"))
    made: dict[str, int] = {}
    died = {}
    for point in POINTS:
        passes = 1 if point.startswith("relay") else 3  # a relay passes once a batch
        died[point] = play(url, {**env, "BLUEPRINTS_FAILPOINT": f"{point}:{passes}"}, home, options.orders, made)
    storm(url, env, home, options.kills, made)
    with orders_service.served(url, env=env, home=home) as service:
        count = call(service, "GET", "/api/v1/orders?count=true&limit=1")["count"]
        expected = all_events(service)
        until = time.monotonic() + 120
        while not expected <= set(events) and time.monotonic() < until:
            time.sleep(0.2)
    found = {
        "failpoints_that_killed_nobody": sum(not number for number in died.values()),
        "orders_less_keys": count - len(made),
        "ids_given_twice": len(made) - len(set(made.values())),
        "events_missing": len(expected - set(events)),
        "events_of_no_order": len(set(events) - expected),
    }
    return {
        "failpoints": len(POINTS),
        "deaths_there": died,
        "kills": options.kills,
        "acknowledged_keys": len(made),
        "orders": count,
        "events": len(expected),
        "sent_more_than_once": sum(number > 1 for number in events.values()),
        **found,
        "goal": "one order for each key, every event delivered, none without its order",
        "met": not any(found.values()),
    }


def play(url: str, env: dict[str, str], home: Path, orders: int, made: dict[str, int]) -> int:
    """One life of the service: orders made and moved one step; it dies at a failpoint and comes back by itself.

    Returns how many of its processes died, at least one unless a minute passes without.
    """
    before = deaths(home)
    service = orders_service.start(url, env=env, home=home)
    for _ in range(orders):
        send(lambda: service, made)
    until = time.monotonic() + 60
    while deaths(home) == before and time.monotonic() < until:  # a relay may still be starting
        time.sleep(0.1)
    service.process.terminate()
    service.process.wait(60)
    return deaths(home) - before


def deaths(home: Path) -> int:
    """How many workers and relays were killed so far, by the log of the service."""
    log = home / "log"
    text = log.read_text() if log.exists() else ""
    return text.count("Unexpected exit from worker") + text.count("relay:run ended with code -9")


def storm(url: str, env: dict[str, str], home: Path, kills: int, made: dict[str, int]) -> None:
    """Orders from four senders, while the service is killed as a whole and started again, over and over."""
    running = [orders_service.start(url, env=env, home=home)]
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            send(lambda: running[0], made)

    senders = [threading.Thread(target=work) for _ in range(4)]
    for sender in senders:
        sender.start()
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 1.5))
        destroy(running[0].process.pid)
        running[0].process.wait()
        running[0] = orders_service.start(url, env=env, home=home)
    over.set()
    for sender in senders:
        sender.join()
    running[0].process.terminate()
    running[0].process.wait(60)


def send(service: Callable[[], orders_service.Running], made: dict[str, int]) -> None:
    """One order and its first step, each repeated under its key until it is acknowledged."""
    key = secrets.token_hex(8)
    while True:
        try:
            order = call(service(), "POST", "/api/v1/orders", orders_service.order(random.randint(1, 50)), key)["id"]
            call(service(), "POST", f"/api/v1/orders/{order}/next", b"", f"move-{key}")
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            time.sleep(0.05)
        else:
            made[key] = order
            return


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


class Sink(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A relay that is killed leaves its connections as they are."""


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
