"""What silent and slow providers cost, beside a run in which the first answers at once; the memory of --compare.

One silent provider costs the hedging delay of 1.5 s; when all are silent the deadline ends it; five providers of a
second each are compared in about a second.

    python benchmarks/weather_hedge.py [--runs 3] [--deadline 10]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "weather"))

import fixture
from tests.weather.world import PROVIDERS, Asked, Reply, World

SPRINGFIELD = ("--place", "37.2,-93.3")
SLOW_S = 1.0
MEMORY = "import click, httpx, rich.table"


def slowed(world: World) -> None:
    """Every provider takes a second; the further requests of one that needs several are quick."""

    def slow(asked: Asked) -> Reply:
        reply = world.truth(asked)
        first = asked.upstream != "nws" or asked.path.startswith("/points/")
        reply.delay_s = SLOW_S if first else 0.0
        return reply

    world.broken = dict.fromkeys(PROVIDERS, slow)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--deadline", type=float, default=10.0)
    given = parser.parse_args()
    sides: dict[str, list[fixture.Run]] = {name: [] for name in ("live", "hedged", "silent", "compared", MEMORY)}
    with fixture.running() as world:
        for _ in range(given.runs):
            world.broken = {}
            sides["live"].append(asked(world, *fixture.BERLIN))
            world.broken = {"open_meteo": Reply(hang=True)}
            sides["hedged"].append(asked(world, *fixture.BERLIN))
            world.broken = dict.fromkeys(PROVIDERS, Reply(hang=True))
            sides["silent"].append(asked(world, *fixture.BERLIN, deadline=f"{given.deadline}s"))
            slowed(world)
            everyone = ",".join(PROVIDERS)
            sides["compared"].append(asked(world, *SPRINGFIELD, "--compare", "-5", providers=everyone))
            sides[MEMORY].append(fixture.python(MEMORY))
    report(sides, given.deadline)


def asked(world: World, *arguments: str, **settings: str) -> fixture.Run:
    with fixture.home() as empty:
        return fixture.weather(fixture.environment(empty, world, **settings), *arguments)


def report(sides: dict[str, list[fixture.Run]], deadline_s: float) -> None:
    assert {one.code for one in sides["silent"]} == {3}
    assert {one.code for name in ("live", "hedged", "compared") for one in sides[name]} == {0}
    assert all(one.output.count("fetched") == len(PROVIDERS) for one in sides["compared"])
    found = {name: fixture.median(side) for name, side in sides.items()}
    print(fixture.line("one silent", found["hedged"], found["live"], 1.7, kind="difference"))
    print(fixture.line("all silent", found["silent"], found["live"] + deadline_s, 0.5, kind="difference"))
    print(fixture.line("five slow, --compare", found["compared"], found["live"], 1.3, kind="difference"))
    peak = max(one.peak_mib for one in sides["compared"])
    libraries = max(one.peak_mib for one in sides[MEMORY])
    kept = "met" if peak <= 120 else "MISSED"
    print(f"memory of --compare: {peak:.0f} MiB, beside {libraries:.0f} MiB of its libraries (at most 120 MiB) {kept}")


if __name__ == "__main__":
    main()
