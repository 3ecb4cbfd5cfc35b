"""How long after its deadline a message leaves the streams and the pages: 200 streams and 8 tabs of a real Chromium.

Goal: p99 at most 250 ms after the deadline, none early. Streams are counted in a process of their own, by the wall
clock of this machine, which is also the server's and the browser's.
"""

import argparse
import asyncio
import json
import multiprocessing
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from messenger_lab.figures import quantile, spread, verdict
from messenger_lab.posters import Poster
from messenger_lab.server import Server, with_store

GOAL_MS = 250
WATCH = """
window.gone = [];
new MutationObserver((changes) => {
  const now = performance.timeOrigin + performance.now();
  for (const { removedNodes } of changes)
    for (const node of removedNodes) if (node.dataset?.id) window.gone.push([node.dataset.id, now]);
}).observe(document.querySelector("#messages"), { childList: true });
"""


async def post(server: Server, count: int, rate: int) -> dict[str, float]:
    """Deadlines in ms since 1970 by message id."""
    poster = Poster(server.port, server.accounts[0])
    await poster.open()
    deadlines: dict[str, float] = {}
    begun = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0, begun + number / rate - time.monotonic()))
        message = await poster.message(f"number {number}", lifetime=1000 + number * 37 % 2000)
        deadlines[message["id"]] = datetime.fromisoformat(message["expires_at"]).timestamp() * 1000
    poster.close()
    return deadlines


def watch(port: int, count: int, pipe: Any) -> None:
    asyncio.run(_watch(port, count, pipe))


async def _watch(port: int, count: int, pipe: Any) -> None:
    ended: list[tuple[str, float]] = []
    streams = await asyncio.gather(*(_open(port) for _ in range(count)))
    tasks = [asyncio.create_task(_read(reader, ended)) for reader, _ in streams]
    pipe.send("ready")
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    pipe.send(ended)
    for task, (_, writer) in zip(tasks, streams, strict=True):
        task.cancel()
        writer.transport.abort()


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /stream?room=lobby HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    await reader.readuntil(b"event: hello")
    return reader, writer


async def _read(reader: asyncio.StreamReader, ended: list[tuple[str, float]]) -> None:
    is_end = False
    async for line in reader:
        if line.startswith(b"event: "):
            is_end = line.startswith(b"event: expired")
        elif is_end and line.startswith(b"data: "):
            now = time.time() * 1000
            ended += [(each, now) for each in json.loads(line[6:])["ids"]]


class Tabs:
    """Pages of one browser that note when a message leaves them."""

    def __init__(self, browser: Any, url: str, count: int) -> None:
        context = browser.new_context()
        self.pages = [context.new_page() for _ in range(count)]
        for page in self.pages:
            page.goto(url)
            page.wait_for_selector("#connection[data-state=live]", timeout=60_000)
            page.evaluate(WATCH)

    def gone(self) -> list[tuple[str, float]]:
        return [(each, ms) for page in self.pages for each, ms in page.evaluate("window.gone")]


def measured(store: str, streams: int, tabs: int, count: int, browser: Any) -> None:
    with with_store(store) as server:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        watcher = context.Process(target=watch, args=(server.port, streams, theirs), daemon=True)
        watcher.start()
        assert ours.recv() == "ready"
        pages = Tabs(browser, server.url, tabs) if browser else None
        with context.Pool(1) as posting:  # playwright has this thread's event loop
            deadlines = posting.apply(_posted, (server.port, server.accounts, count))
        time.sleep(4)
        ours.send("stop")
        report(f"{store}, expired event", deadlines, ours.recv(), streams)
        if pages:
            report(f"{store}, page", deadlines, pages.gone(), tabs)
        watcher.join()


def _posted(port: int, accounts: list[dict[str, str]], count: int) -> dict[str, float]:
    from types import SimpleNamespace

    return asyncio.run(post(SimpleNamespace(port=port, accounts=accounts), count, 20))  # type: ignore[arg-type]  # as much of a server as it needs


def report(name: str, deadlines: dict[str, float], ended: list[tuple[str, float]], readers: int) -> None:
    late = [ms - deadlines[each] for each, ms in ended if each in deadlines]
    missing = readers * len(deadlines) - len(late)
    early = sum(ms < -1 for ms in late)  # deadlines are whole milliseconds
    if not late:
        print(f"{name}: nothing seen: MISSED")
        return
    p99 = quantile(late, 0.99)
    reached = verdict(p99 <= GOAL_MS and not early and not missing)
    print(f"{name}: ms after the deadline: {spread(late)}; early {early}, missing {missing}; goal {GOAL_MS}: {reached}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--tabs", type=int, default=8)
    parser.add_argument("--messages", type=int, default=200)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright
    from tests.servers.chromium import executable, launch_options

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options()) if executable() else None  # type: ignore[arg-type]  # a mixed dict
        if browser is None:
            print("pages not measured: no Chromium here (make chromium)")
        for store in ("memory", "redis"):
            measured(store, options.streams, options.tabs, options.messages, browser)


if __name__ == "__main__":
    main()
