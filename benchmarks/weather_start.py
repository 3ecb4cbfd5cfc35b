"""How long a forecast takes, from the shell's point of view, beside importing the libraries that such a tool needs.

Offline: the stored answer of an earlier run. Live: an empty cache, geocoding and forecast from a server on this
machine. Runs alternate; medians count.

    python benchmarks/weather_start.py [--runs 11]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "weather"))

import fixture

OFFLINE = "import click, rich.table"
LIVE = "import click, httpx, rich.table"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    sides: dict[str, list[fixture.Run]] = {name: [] for name in ("offline", OFFLINE, "live", LIVE)}
    with fixture.running() as world, fixture.home() as stored:
        fixture.weather(fixture.environment(stored, world), "--place", "Berlin")
        fixture.python(LIVE)  # the first run of each compiles
        for _ in range(runs):
            sides["offline"].append(fixture.weather(fixture.environment(stored), "--place", "Berlin", "--offline"))
            sides[OFFLINE].append(fixture.python(OFFLINE))
            with fixture.home() as empty:
                sides["live"].append(fixture.weather(fixture.environment(empty, world), "--place", "Berlin"))
            sides[LIVE].append(fixture.python(LIVE))
    assert all(one.code == 0 for side in sides.values() for one in side)
    found = {name: fixture.median(side) for name, side in sides.items()}
    print(fixture.line("offline", found["offline"], found[OFFLINE], 2.5))
    print(fixture.line("live", found["live"], found[LIVE], 2.5))


if __name__ == "__main__":
    main()
