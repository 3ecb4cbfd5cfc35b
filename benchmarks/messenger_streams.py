"""1,000 streams: memory of an idle one, all cut at once and resuming over 500 messages, and the end by SIGTERM."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from messenger_lab.figures import verdict
from messenger_lab.posters import Poster
from messenger_lab.readers import Seen, message, open_streams
from messenger_lab.server import Server, with_store

MEMORY_KB, RESUME_S, END_S, MISSED = 60, 5, 3, 500


async def measured(server: Server, count: int) -> None:
    before = server.resident_kb()
    seen = [Seen() for _ in range(count)]
    readers = await open_streams(server.port, seen)
    await asyncio.sleep(2)
    each = (server.resident_kb() - before) / count
    print(f"memory: {each:.1f} KB per idle stream, goal {MEMORY_KB}: {verdict(each <= MEMORY_KB)}")
    poster = Poster(server.port, server.accounts[0], lifetime=60_000)
    await poster.open()
    await poster.post(message(0))
    while not all(one.last_id for one in seen):  # noqa: ASYNC110 - the readers only count
        await asyncio.sleep(0.05)
    for reader in readers:
        reader.transport.abort()
    for number in range(1, MISSED + 1):
        await poster.post(message(number))
    begun = time.perf_counter()
    readers = await open_streams(server.port, seen, resume=True)
    while min(len(one.numbers) for one in seen) <= MISSED and time.perf_counter() - begun < 60:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)
    took = time.perf_counter() - begun
    right = sum(one.numbers == list(range(MISSED + 1)) for one in seen)
    reached = verdict(took <= RESUME_S and right == count)
    print(
        f"resume: {right} of {count} readers have all {MISSED} in order, after {took:.1f} s, goal {RESUME_S}: {reached}"
    )
    poster.close()
    loop = asyncio.get_running_loop()
    code, seconds = await loop.run_in_executor(None, server.stop)
    print(f"SIGTERM: exit {code} after {seconds:.1f} s, goal {END_S}: {verdict(code == 0 and seconds <= END_S)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    options = parser.parse_args()
    for store in ("memory", "redis"):
        print(f"-- {store}")
        with with_store(store) as server:
            asyncio.run(measured(server, options.streams))


if __name__ == "__main__":
    main()
