"""Checkouts made while the order service is away: how long after its return until all of them are orders.

Prints one JSON line for each outage: the service is killed and started again, or frozen and let go on. Seconds are
counted from its first answer on /readyz. `--outages 5 30 180` measures longer ones.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

import store_race as race

GOAL_S = 10.0
GIVEN_UP_S = 300.0
SCOPES = ("orders:create", "orders:read", "orders:cancel")


class Orders:
    """The order service on a port that it comes back to, as a family of processes of its own."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self.port = shop.free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [shop.PROGRAM, "serve", "orders", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, start_new_session=True)

    def signal(self, number: int) -> None:
        os.killpg(self.process.pid, number)

    def leave(self, kind: str) -> None:
        self.signal(signal.SIGKILL if kind == "killed" else signal.SIGSTOP)
        if kind == "killed":
            self.process.wait()

    def come_back(self, kind: str) -> None:
        if kind == "killed":
            self.start()
        else:
            self.signal(signal.SIGCONT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outages", type=float, nargs="+", default=[5.0, 20.0], help="seconds without the service")
    parser.add_argument("--waiting", type=int, default=20, help="checkouts made meanwhile")
    given = parser.parse_args()
    plan = [(kind, seconds) for seconds in given.outages for kind in ("killed", "frozen")]
    with shop.folder() as folder, running(folder) as (service, env):
        sessions = buyers(folder, env, given.waiting * len(plan))
        with shop.served(env) as url:
            for kind, seconds in plan:
                mine, sessions = sessions[: given.waiting], sessions[given.waiting :]
                print(json.dumps(measured(service, url, env, mine, kind, seconds)), flush=True)


@contextmanager
def running(folder: Path) -> Iterator[tuple[Orders, dict[str, str]]]:
    """The order service, and the settings of a shop that knows it."""
    service = Orders(shop.environment(folder / "orders"))
    shop.run(["manage", "orders", "migrate", "-v", "0"], service.env)
    scopes = [part for scope in SCOPES for part in ("--scope", scope)]
    made = shop.run(["manage", "orders", "create_key", "store", *scopes], service.env)
    key = re.findall(r"bpk_\S+", made)[0]
    service.start()
    try:
        shop.await_answer(f"{service.url}/readyz")
        own = {"BLUEPRINTS_STORE__ORDERS_URL": service.url, "BLUEPRINTS_STORE__ORDERS_API_KEY": key}
        yield service, shop.environment(folder / "shop", **own)
    finally:
        service.signal(signal.SIGKILL)
        service.process.wait()


def buyers(folder: Path, env: dict[str, str], count: int) -> list[str]:
    """The sessions of buyers with a copy each in their carts."""
    table = folder / "games.csv"
    table.write_text(f"platform,name,price,stock\nNES,Last Copies,10.00,{count}\n")
    shop.run(["store", "import", str(table)], env)
    made = shop.run(["manage", "store", "shell", "-v", "0", "-c", race.SETUP.replace("COUNT", str(count))], env)
    sessions: list[str] = json.loads(made)
    return sessions


def measured(
    service: Orders, url: str, env: Mapping[str, str], sessions: list[str], kind: str, seconds: float
) -> dict[str, Any]:
    """One outage: who was in it, and what came after."""
    pages = asyncio.run(reviews(url, sessions))
    service.leave(kind)
    left = time.monotonic()
    asyncio.run(presses(url, sessions, pages))
    time.sleep(max(0.0, left + seconds - time.monotonic()))
    waiting = reserved(env)
    service.come_back(kind)
    begun = time.monotonic()
    shop.await_answer(f"{service.url}/readyz")
    ready = time.monotonic()
    while reserved(env) and time.monotonic() - ready < GIVEN_UP_S:
        time.sleep(0.05)
    took = time.monotonic() - ready
    return {
        "benchmark": "store_outage", "service": kind, "away_s": round(begun - left, 1), "waiting": waiting,
        "left_waiting": reserved(env), "until_ready_s": round(ready - begun, 1), "until_placed_s": round(took, 1),
        "goal_s": GOAL_S, "met": waiting == len(sessions) and took <= GOAL_S,
    }  # fmt: skip


async def reviews(url: str, sessions: list[str]) -> list[dict[str, str]]:
    return [await race.review(url, session) for session in sessions]


async def presses(url: str, sessions: list[str], pages: list[dict[str, str]]) -> None:
    """All at once: a frozen service makes each of them wait for its answer."""
    both = zip(sessions, pages, strict=True)
    answers = await asyncio.gather(*(race.press(url, session, page) for session, page in both))
    assert {status for status, _ in answers} == {303}, answers


def reserved(env: Mapping[str, str]) -> int:
    """How many checkouts wait, asked of the shop's database."""
    path = next(Path(env["BLUEPRINTS_HOME"]).rglob("store/db.sqlite3"))
    database = sqlite3.connect(path, timeout=60)
    try:
        return int(database.execute("SELECT count(*) FROM store_checkout WHERE state = 'reserved'").fetchone()[0])
    finally:
        database.close()


if __name__ == "__main__":
    main()
