"""Orders made per second through HTTP, durably, beside a plain Django REST framework view.

The peer is a ModelSerializer create view that writes the order and its lines and nothing else (no customer, history,
event, key, total or API key), on the same server, settings of the database and number of workers. Runs alternate.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import http_load
import orders_service

CONNECTIONS = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="of one run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    for kind in options.databases:
        print(json.dumps(measured(kind, options.requests, options.runs)), flush=True)


def measured(kind: str, requests: int, runs: int) -> dict[str, object]:
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with ExitStack() as stack:
        ours = stack.enter_context(
            orders_service.served(stack.enter_context(orders_service.database(kind)), "--no-relay", *workers)
        )
        peer = Peer(stack.enter_context(orders_service.database(kind)), 2 if workers else 1)
        stack.callback(peer.stop)
        reports, peers = [], []
        http_load.run(ours.port, orders_service.posts(ours.key, 200), CONNECTIONS)
        http_load.run(peer.port, peer.posts(200), CONNECTIONS)
        for _ in range(runs):
            reports.append(http_load.run(ours.port, orders_service.posts(ours.key, requests), CONNECTIONS))
            peers.append(http_load.run(peer.port, peer.posts(requests), CONNECTIONS))
        rate, other = (statistics.median(one.rate for one in found) for found in (reports, peers))
        p99, memory = statistics.median(one.percentile_ms(0.99) for one in reports), ours.memory_mb()
        return {
            "benchmark": "orders_create",
            "database": kind,
            "ours_per_s": round(rate),
            "ours_p99_ms": p99,
            "rest_framework_per_s": round(other),
            "rest_framework_p99_ms": statistics.median(one.percentile_ms(0.99) for one in peers),
            "ratio": round(rate / other, 2),
            "statuses": [reports[-1].statuses, peers[-1].statuses],
            "worker_mb": round(memory),
            "goal": "500/s, p99 at most 250 ms, ratio at least 1, at most 120 MB a worker",
            "met": rate >= 500 and p99 <= 250 and rate >= other and memory <= 120,
        }


class Peer:
    """The Django REST framework service of `orders_peer.py`, under granian."""

    def __init__(self, url: str, workers: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "orders_peer.py"), url, str(workers)],
            stdout=subprocess.PIPE, text=True, env={**os.environ},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def posts(self, count: int) -> list[bytes]:
        return orders_service.posts("none", count, "/orders")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


if __name__ == "__main__":
    main()
