"""What the benchmarks of the order service share: a database, a served service, orders to send."""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import http_load

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
BLUEPRINTS = str(Path(sys.executable).parent / "blueprints")


@dataclass
class Running:
    """A service that answers."""

    process: "subprocess.Popen[str]"
    port: int
    home: Path

    @property
    def key(self) -> str:
        return (self.home / "data" / "orders" / "admin.key").read_text()

    def memory_mb(self) -> float:
        """Resident memory of the largest worker."""
        workers = [pid for pid in below(self.process.pid) if "serving.child" not in _command(pid)]
        return max(_resident_mb(pid) for pid in workers)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database that keeps its promises: fsync on."""
    if kind == "sqlite":
        yield ""
        return
    import psycopg
    from tests.servers import postgres

    with postgres.running(durable=True) as address:
        with psycopg.connect(address + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield address + "bench"


@contextmanager
def served(url: str, *flags: str, env: Mapping[str, str] | None = None, home: Path | None = None) -> Iterator[Running]:
    """An order service on that database."""
    folder = home or Path(tempfile.mkdtemp(prefix="blueprints-bench-"))
    running = start(url, *flags, env=env, home=folder)
    try:
        yield running
    finally:
        running.process.terminate()
        running.process.wait(30)


def start(url: str, *flags: str, env: Mapping[str, str] | None = None, home: Path) -> Running:
    command = [BLUEPRINTS, "serve", "orders", "--port", "0", *(["--database", url] if url else []), *flags]
    environment = {**os.environ, "BLUEPRINTS_HOME": str(home), **(env or {})}
    log = (home / "log").open("a") if home.exists() else subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    found = re.search(r":(\d+)/", process.stdout.readline())
    assert found, f"the service did not start; see {home}/log"
    return Running(process, int(found[1]), home)


def order(customer: int) -> bytes:
    """A two-line order."""
    lines = [
        {"product_id": 11, "name": "Astro Racer", "quantity": 1, "price_per_unit": "10.00"},
        {"product_id": 12, "name": "Maze Hunter", "quantity": 3, "price_per_unit": "5.50"},
    ]
    who = {"customer_id": customer, "name": "Ada Byte", "email": "ada@example.org"}
    return json.dumps({"order_customer": who, "items": lines}).encode()


def posts(key: str, count: int, path: str = "/api/v1/orders") -> list[bytes]:
    """Requests that each make an order under a key of their own."""
    return [
        http_load.request(
            "POST",
            path,
            {
                "Authorization": f"Token {key}",
                "Idempotency-Key": secrets.token_hex(16),
                "Content-Type": "application/json",
            },
            order(1 + number % 1000),
        )
        for number in range(count)
    ]


def below(pid: int) -> list[int]:
    """Every process that a process has started, from whichever thread, and theirs."""
    found = [int(child) for thread in Path(f"/proc/{pid}/task").glob("*") for child in _started_by(thread)]
    return found + [deeper for child in found for deeper in below(child)]


def _started_by(thread: Path) -> list[str]:
    try:
        return (thread / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return []


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
