"""Turning an answer of 16 days (384 hours, 16 variables) into a forecast, beside parsing its JSON.

python benchmarks/weather_parse.py [--runs 200]
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # the fake upstreams live beside the tests

from tests.weather import bodies

from blueprints.weather.providers import open_meteo

LIMIT = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    now = datetime(2026, 11, 22, 13, tzinfo=UTC)
    body = bodies.open_meteo(now, days=16)
    body["hourly"]["snowfall"] = [0.0] * 384
    text = json.dumps(body)
    assert len(body["hourly"]) == 17  # the times and 16 variables
    parsing, reading = [], []
    for _ in range(runs):
        parsing.append(seconds(lambda: json.loads(text)))
        reading.append(seconds(lambda: open_meteo.read(body, "Europe/Berlin", now)))
    ours, other = statistics.median(reading), statistics.median(parsing)
    kept = "met" if ours / other <= LIMIT else "MISSED"
    print(
        f"{len(text)} bytes: forecast {1000 * ours:.2f} ms, beside json.loads {1000 * other:.2f} ms: "
        f"{ours / other:.1f}x (at most {LIMIT}x) {kept}"
    )


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
