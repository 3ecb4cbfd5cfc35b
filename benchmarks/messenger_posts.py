"""Accepted posts a second over 32 connections, all checks on, limits raised; by key and by session, on both stores."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from messenger_lab.figures import verdict
from messenger_lab.posters import Poster
from messenger_lab.server import Server, with_store

GOALS = {"memory": 2000, "redis": 1500}
CONNECTIONS = 32


async def rate(server: Server, as_bot: bool, seconds: float) -> float:
    accounts = server.accounts
    posters = [Poster(server.port, accounts[n % len(accounts)], as_bot, 5000) for n in range(CONNECTIONS)]
    await asyncio.gather(*(poster.open() for poster in posters))
    end = time.monotonic() + seconds
    counts = await asyncio.gather(*(_until(poster, end) for poster in posters))
    for poster in posters:
        poster.close()
    return sum(counts) / seconds


async def _until(poster: Poster, end: float) -> int:
    accepted = 0
    while time.monotonic() < end:
        accepted += await poster.post("The quick brown fox jumps over the lazy dog.") == 201
    return accepted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    for store, goal in GOALS.items():
        with with_store(store) as server:
            asyncio.run(rate(server, True, 1))
            for as_bot in (True, False):
                found = asyncio.run(rate(server, as_bot, options.seconds))
                who = "keys" if as_bot else "sessions"
                print(f"{store}, {who}: {found:.0f} posts/s, goal {goal}: {verdict(found >= goal)}")


if __name__ == "__main__":
    main()
