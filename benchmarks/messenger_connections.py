"""Connections that the messenger holds to PostgreSQL while 200 streams of logged-in members are idle.

Goal: at most 4 a worker.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from messenger_lab.figures import verdict
from messenger_lab.server import messenger, redis

GOAL = 4


async def opened(port: int, sessions: list[str], count: int) -> list[asyncio.StreamWriter]:
    writers = []
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookie = f"Cookie: messenger_session={sessions[number % len(sessions)]}"
        writer.write(f"GET /stream?room=lobby HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}\r\n\r\n".encode())
        await reader.readuntil(b"event: hello")
        writers.append(writer)
    return writers


async def measured(port: int, sessions: list[str], count: int, address: str) -> int:
    """The most connections that PostgreSQL counted while the streams opened and for 3 seconds after."""
    import psycopg

    opening = asyncio.create_task(opened(port, sessions, count))
    most, end = 0, time.monotonic() + 3
    with psycopg.connect(address, autocommit=True) as connection:
        while not opening.done() or time.monotonic() < end:
            row = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()"
            ).fetchone()
            most = max(most, row[0] if row else 0)
            await asyncio.sleep(0.01)
    for writer in await opening:
        writer.close()
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    from tests.servers.postgres import running

    with running() as postgres, redis() as url:
        address = f"{postgres}postgres"
        flags = ["--database", address, "--store", "redis", "--redis-url", url, "--workers", str(options.workers)]
        with messenger(*flags) as server:
            sessions = [account["session"] for account in server.accounts]
            most = asyncio.run(measured(server.port, sessions, options.streams, address))
    each = most / options.workers
    print(f"{options.streams} idle streams, {options.workers} workers: at most {most} connections")
    print(f"{each:.1f} connections a worker, goal {GOAL}: {verdict(each <= GOAL)}")


if __name__ == "__main__":
    main()
