"""An orders service for tests: it keeps to the contract, one order per key, and can be told to fail."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMES = {1: "received", 2: "processing", 3: "payment_complete", 4: "shipping", 5: "completed", 6: "cancelled"}
LABELS = {1: "Received", 2: "Processing", 3: "Payment complete", 4: "Shipping", 5: "Completed", 6: "Cancelled"}
NEXT = {1: ["processing", "cancelled"], 2: ["payment_complete"], 3: ["shipping"], 4: ["completed"], 5: [], 6: []}


@dataclass
class Desk:
    url: str = ""
    first_id: int = 39
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    seen: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    fail_with: int = 0
    """A status for every request; 0: work."""
    refuse_orders_with: int = 0
    """The same for new orders only: the service says that it is ready."""
    lose_answers: int = 0
    """So many orders are made, but the connection breaks before the answer."""
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def orders(self) -> list[dict[str, Any]]:
        return list(self.by_key.values())

    def find(self, order_id: int) -> dict[str, Any] | None:
        return next((order for order in self.orders if order["id"] == order_id), None)

    def advance(self, order_id: int, status: int, **more: Any) -> dict[str, Any]:
        """The order in a new status, as an event would carry it."""
        order = self.find(order_id)
        assert order is not None
        order |= {"status_code": status, "status": NAMES[status], "status_label": LABELS[status]} | more
        order |= {"version": order["version"] + 1, "next_statuses": NEXT[status]}
        return order

    def create(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            if key in self.voided:
                return 409, {"code": "key-voided", "detail": "The key is void."}
            if key not in self.by_key:
                self.by_key[key] = self._order(body)
            return 201, self.by_key[key]

    def _order(self, body: dict[str, Any]) -> dict[str, Any]:
        total = sum(Decimal(str(item["price_per_unit"])) * item["quantity"] for item in body["items"])
        return {
            "id": self.first_id + len(self.by_key), "status": "received", "status_code": 1, "status_label": "Received",
            "total": f"{total:.2f}", "currency": body["currency"], "order_customer": body["order_customer"],
            "items": body["items"], "tracking": None, "reference": body.get("reference"), "client": "store",
            "version": 1, "next_statuses": NEXT[1], "created_at": "2026-01-01T00:00:00Z",
        }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    desk: Desk

    def answer(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(text) if text else {}
        self.desk.seen.append((self.command, self.path, body))
        status, found = self._work(urlsplit(self.path), body)
        if self.desk.lose_answers and self.command == "POST":
            self.desk.lose_answers -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._write(status, found)

    def _work(self, address: Any, body: dict[str, Any]) -> tuple[int, Any]:
        desk, path = self.desk, address.path
        if desk.fail_with:
            return desk.fail_with, {"detail": f"told to answer {desk.fail_with}"}
        if path == "/readyz":
            return 200, {}
        if self.command == "POST" and path == "/api/v1/orders":
            if desk.refuse_orders_with:
                return desk.refuse_orders_with, {"detail": "too busy"}
            return desk.create(self.headers["Idempotency-Key"], body)
        if self.command == "GET" and path == "/api/v1/orders":
            wanted = int(parse_qs(address.query)["customer_id"][0])
            return 200, {"items": [one for one in desk.orders if one["order_customer"]["customer_id"] == wanted]}
        if (void := re.fullmatch(r"/api/v1/orders/by-key/(.+)/void", path)) is not None:
            if (made := desk.by_key.get(void[1])) is not None:
                return 409, {"order_id": made["id"]}
            desk.voided.add(void[1])
            return 200, {"voided": True}
        return self._one(path)

    def _one(self, path: str) -> tuple[int, Any]:
        match = re.fullmatch(r"/api/v1/orders/(\d+)(/cancel)?", path)
        order = self.desk.find(int(match[1])) if match else None
        if order is None:
            return 404, {"detail": "no such order"}
        if match is not None and match[2]:
            if order["status_code"] != 1:
                return 409, {"detail": f"It is {order['status_label']} already."}
            return 200, self.desk.advance(order["id"], 6)
        return 200, order

    def _write(self, status: int, found: Any) -> None:
        text = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that the standard library calls

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at `seen` instead."""


@contextmanager
def desk() -> Iterator[Desk]:
    """A running desk."""
    made = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("DeskHandler", (Handler,), {"desk": made}))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
