"""What the caches spare the providers: requests of 50 runs inside the freshness, after it, and of 20 runs at once.

How long an answer is fresh follows the speed of this machine: long enough for the runs, short enough to be waited for.
The runs at once have a deadline of two minutes, because twenty interpreters that start together starve on two cores.

    python benchmarks/weather_cache.py [--runs 50] [--parallel 20]
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "weather"))

import fixture

from verdict import verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--parallel", type=int, default=20)
    given = parser.parse_args()
    with fixture.running() as world, fixture.home() as home:
        world.etags["open_meteo"] = '"v1"'
        fresh_s = 10 + int(4 * given.runs * fixture.weather(fixture.environment(home), "--help").seconds)
        env = fixture.environment(home, world, max_age=f"{fresh_s}s")
        started = time.perf_counter()
        runs = [fixture.weather(env, "--place", "Berlin") for _ in range(given.runs)]
        took = time.perf_counter() - started
        assert all(one.code == 0 for one in runs)
        kept = verdict(asked(world) == {1})
        print(f"{given.runs} runs in {took:.0f} s, fresh for {fresh_s} s: {counted(world)} (goal: one of each) {kept}")
        assert took < fresh_s, "this machine is too busy: the answers went stale on the way"
        time.sleep(max(0.0, fresh_s + runs[0].seconds + 1 - took))
        world.asked.clear()
        fixture.weather(env, "--place", "Berlin")
        statuses = [one.status for one in world.requests("open_meteo")]
        kept = verdict(statuses == [304])
        print(f"one run after that: {counted(world)}, answered {statuses} (goal: one, unchanged) {kept}")
        world.asked.clear()
        env = fixture.environment(home, world, deadline="120s")
        ended = parallel(env, given.parallel)
        kept = verdict(ended == given.parallel)
        print(f"{given.parallel} runs at once: {ended} succeeded (goal {given.parallel}) {kept}, {counted(world)}")


def asked(world: fixture.World) -> set[int]:
    """How often each upstream was asked."""
    return set(Counter(one.upstream for one in list(world.asked)).values())


def counted(world: fixture.World) -> str:
    found = Counter(one.upstream for one in list(world.asked))
    return (
        ", ".join(f"{count} {name}" for name, count in sorted(found.items())) + " requests" if found else "no request"
    )


def parallel(env: dict[str, str], count: int) -> int:
    command = [fixture.PROGRAM, "weather", "--place", "Oslo", "--ten-days"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(command, env=env, **quiet) for _ in range(count)]  # type: ignore[call-overload]  # **dict
    return sum(process.wait() == 0 for process in processes)


if __name__ == "__main__":
    main()
