"""Search 100,000 games over HTTP, one client: 300 queries as written, 200 with a slip in them, and suggestions.

Prints one JSON line with the 95th percentiles in milliseconds. `--database` measures PostgreSQL.
"""

import argparse
import json
import random
import statistics
import sys
import time
import urllib.parse
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with shop.folder() as folder:
        more = {"BLUEPRINTS_STORE__DATABASE": given.database} if given.database else {}
        env = shop.environment(folder, **more)
        shop.run(["store", "import", str(shop.catalogue(folder / "games.csv", given.games))], env)
        chance = random.Random(3)
        known = chance.sample(list(shop.names(given.games)), 500)
        asked = [*known[:300], *(slipped(name, chance) for name in known[300:])]
        chance.shuffle(asked)
        with shop.served(env) as url:
            searches = timed(url, "/games/?q=", asked)
            suggestions = timed(url, "/search/suggest?q=", [name[: chance.randint(2, 9)] for name in known])
    figures = {"search_p95_ms": p95(searches), "suggest_p95_ms": p95(suggestions)}
    print(json.dumps({"benchmark": "store_search", "games": given.games, **figures}))


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
