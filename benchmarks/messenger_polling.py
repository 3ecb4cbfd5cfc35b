"""Our push beside the design it replaced: 20 readers, 2 messages a second, how late each reader sees each message.

The old design is re-created on the same Redis: a message is a key with an expiry, and every reader asks each second for
the list, which is `KEYS *` and one `GET` for each. Goal: the median delay is at least 20 times lower.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from messenger_lab import server as lab
from messenger_lab.figures import spread, verdict
from messenger_lab.posters import Poster
from messenger_lab.readers import MARK, Crowd, message

GOAL = 20


async def polled(url: str, readers: int, rate: float, seconds: float) -> tuple[list[float], int]:
    """Delays in ms and how many commands Redis got."""
    from redis.asyncio import Redis

    redis = Redis.from_url(url, decode_responses=True)
    delays: list[float] = []
    end = time.monotonic() + seconds

    async def read() -> None:
        await asyncio.sleep(random.random())
        seen: set[str] = set()
        while time.monotonic() < end + 1.2:
            for key in await redis.keys("*"):
                text = str(await redis.get(key) or "")
                if text and key not in seen:
                    seen.add(str(key))
                    sent = int(text.removeprefix(MARK.decode()).partition("-")[0])
                    delays.append((time.monotonic_ns() - sent) / 1e6)
            await asyncio.sleep(1)

    async def write() -> None:
        number = 0
        while time.monotonic() < end:
            await redis.set(uuid.uuid4().hex, message(number), ex=10)
            number += 1
            await asyncio.sleep(1 / rate)

    before = (await redis.info("stats"))["total_commands_processed"]
    await asyncio.gather(write(), *(read() for _ in range(readers)))
    after = (await redis.info("stats"))["total_commands_processed"]
    await redis.flushdb()
    await redis.aclose()
    return delays, after - before


async def post(server: lab.Server, rate: float, seconds: float) -> None:
    poster = Poster(server.port, server.accounts[0])
    await poster.open()
    for number in range(int(rate * seconds)):
        await poster.post(message(number))
        await asyncio.sleep(1 / rate)
    poster.close()


def pushed(server: lab.Server, readers: int, rate: float, seconds: float) -> list[float]:
    crowd = Crowd(server.port, readers)
    crowd.start()
    asyncio.run(post(server, rate, seconds))
    time.sleep(1)
    return [delay for each in crowd.stop() for delay in each.delays_ms]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with lab.redis() as url:
        old, commands = asyncio.run(polled(url, options.readers, options.rate, options.seconds))
        print(f"polling: ms {spread(old)}; {commands / options.seconds:.0f} Redis commands/s")
        with lab.messenger("--store", "redis", "--redis-url", url) as server:
            new = pushed(server, options.readers, options.rate, options.seconds)
    print(f"push:    ms {spread(new)}")
    ratio = statistics.median(old) / statistics.median(new)
    print(f"median {ratio:.0f} x lower, goal {GOAL}: {verdict(ratio >= GOAL)}")


if __name__ == "__main__":
    main()
