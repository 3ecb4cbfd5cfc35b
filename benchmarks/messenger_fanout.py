"""1,000 open streams and 20 messages a second that live 10 s: how late each reader gets each message.

Goal: none lost or doubled, p99 at most 100 ms and at most twice that of a socket.io 4 chat server in the same run.
Load generator, Redis and peers run on the same machine.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from messenger_lab import socketio
from messenger_lab.figures import quantile, spread, verdict
from messenger_lab.posters import Poster
from messenger_lab.readers import Crowd, Seen, message
from messenger_lab.server import Server, with_store

GOAL_MS = 100


async def post(server: Server, rate: int, seconds: float) -> int:
    """Messages at an even rate; returns how many were accepted."""
    poster = Poster(server.port, server.accounts[0])
    await poster.open()
    begun, accepted = time.monotonic(), 0
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begun + number / rate - time.monotonic()))
        accepted += await poster.post(message(number)) == 201
    poster.close()
    return accepted


def measured(store: str, streams: int, rate: int, seconds: float) -> list[Seen]:
    with with_store(store) as server:
        crowd = Crowd(server.port, streams)
        crowd.start()
        accepted = asyncio.run(post(server, rate, seconds))
        time.sleep(1.5)
        seen = crowd.stop()
        report(store, seen, accepted)
        return seen


def report(name: str, seen: list[Seen], sent: int) -> float:
    delays = [delay for each in seen for delay in each.delays_ms]
    lost = sum(sent - len(set(each.numbers)) for each in seen)
    doubled = sum(len(each.numbers) - len(set(each.numbers)) for each in seen)
    print(f"{name:10} {sent} messages to {len(seen)} readers: lost {lost}, doubled {doubled}; ms: {spread(delays)}")
    return quantile(delays, 0.99)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    p99 = {}
    for store in ("memory", "redis"):
        seen = measured(store, options.streams, options.rate, options.seconds)
        p99[store] = quantile([delay for each in seen for delay in each.delays_ms], 0.99)
    peer = socketio.fanout(options.streams, options.rate, options.seconds)
    for store, ms in p99.items():
        against = f"{ms / peer:.2f} x socket.io, goal 2" if peer else "socket.io not measured: node or npm is not here"
        print(f"{store}: p99 {ms:.1f} ms, goal {GOAL_MS}: {verdict(ms <= GOAL_MS)}; {against}")


if __name__ == "__main__":
    main()
