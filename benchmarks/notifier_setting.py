"""What the notifier's benchmarks share: a sink, a service, signed events over kept connections."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import http_load
from blueprints.web import webhooks

HERE = Path(__file__).parent
SECRET = webhooks.new_secret()


@dataclass
class Sink:
    process: "subprocess.Popen[str]"
    port: int

    def counts(self) -> tuple[int, int]:
        """(mails, distinct Message-IDs) so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        mails, distinct = self.process.stdout.readline().split()
        return int(mails), int(distinct)

    def wait(self, distinct: int, timeout_s: float) -> float:
        """Until so many distinct mails have arrived; the moment (perf_counter) they had."""
        deadline = time.perf_counter() + timeout_s
        while self.counts()[1] < distinct:
            if time.perf_counter() > deadline:
                raise SystemExit(f"only {self.counts()} of {distinct} mails came in {timeout_s} s")
            time.sleep(0.02)
        return time.perf_counter()


@contextmanager
def sink() -> Iterator[Sink]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "notifier_sink.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield Sink(process, int(process.stdout.readline()))
    process.kill()
    process.wait()


@contextmanager
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="notifier-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Environment of a service with its home in `folder`; settings of the notifier by their names, `__` for dots."""
    sources = json.dumps({"orders": {"secrets": [SECRET]}})
    chosen = {"BLUEPRINTS_HOME": str(folder), "BLUEPRINTS_NOTIFIER__SOURCES": sources}
    chosen["BLUEPRINTS_WEB__LOG_REQUESTS"] = "false"
    chosen |= {f"BLUEPRINTS_NOTIFIER__{name.upper()}": value for name, value in settings.items()}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("BLUEPRINTS_")}, **chosen}


def to_sink(port: int) -> dict[str, str]:
    """Settings for the channel smtp to a sink."""
    return {"channel": "smtp", "smtp__host": "127.0.0.1", "smtp__port": str(port), "smtp__security": "none"}


@contextmanager
def served(env: dict[str, str], *args: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`blueprints serve notifier` on a free port: its address and its process."""
    program = str(Path(sys.executable).parent / "blueprints")
    process = subprocess.Popen(
        [program, "serve", "notifier", "--port", "0", *args],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    if found is None:
        raise SystemExit("the service did not start")
    try:
        yield found[0], process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def order(number: int) -> dict[str, object]:
    """An order of three lines, as in an event."""
    lines = [("Astro Racer", 1, "10.00"), ("Maze Hunter", 3, "5.10"), ("Tiny Orchestra", 1, "7.45")]
    items = [{"product_id": 1, "name": n, "quantity": q, "price_per_unit": p} for n, q, p in lines]
    return {
        "id": number,
        "status": "received",
        "status_code": 1,
        "status_label": "Received",
        "total": "32.75",
        "currency": "USD",
        "items": items,
        "tracking": None,
        "order_customer": {"name": f"Ada Byte {number}", "email": f"ada{number}@example.org", "locale": None},
        "created_at": "2026-11-22T15:57:00.123456Z",
    }


def event(number: int) -> tuple[str, bytes]:
    """(id, body) of a signed event about order `number`."""
    data = {"order": order(number), "change": {"from": None, "to": 1, "passed_through": False}}
    body = {"type": "order.received", "timestamp": datetime.now(UTC).isoformat(), "data": data}
    return f"evt_{number:032x}", json.dumps(body).encode()


def signed(number: int) -> bytes:
    """The request with the event about order `number`, written out."""
    name, body = event(number)
    headers = webhooks.headers([SECRET], name, datetime.now(UTC), body)
    return http_load.request("POST", "/webhooks/orders", headers, body)


def post(address: str, requests: Sequence[bytes], connections: int = 8) -> http_load.Report:
    """Post signed events over kept connections; every one must be taken for new."""
    report = http_load.run(urlsplit(address).port or 80, requests, connections)
    if report.statuses != {202: len(requests)}:
        raise SystemExit(f"answers: {report.statuses}")
    return report


def resident_mb(process: int) -> dict[str, float]:
    """Resident memory of a process and of all below it, by command line."""
    found: dict[str, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            pid, parent = int(stat.parent.name), int(fields[1])
            if pid != process and parent != process:
                continue
            words = (stat.parent / "cmdline").read_text().split("\0")
            role = "sender" if any("notifier.sender" in word for word in words) else "server"
            found[f"{role} {pid}"] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
