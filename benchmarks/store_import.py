"""Bring 100,000 games in from a CSV file. Prints one JSON line: games a second and the most memory the import used."""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

GOAL_PER_S, GOAL_MB = 2000, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100_000)
    given = parser.parse_args()
    with shop.folder() as folder:
        table = shop.catalogue(folder / "games.csv", given.games)
        env = shop.environment(folder)
        shop.run(["store", "reindex"], env)
        begun = time.perf_counter()
        done = subprocess.run(
            [shop.PROGRAM, "store", "import", str(table), "--json"],
            env={**os.environ, **env},
            capture_output=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
        report = json.loads(done.stdout)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    figures = {"games": given.games, "games_per_s": round(given.games / seconds), "most_memory_mb": round(memory)}
    goals = {"goal_per_s": GOAL_PER_S, "goal_mb": GOAL_MB}
    is_met = figures["games_per_s"] >= GOAL_PER_S and figures["most_memory_mb"] <= GOAL_MB
    print(json.dumps({"benchmark": "store_import", **figures, "created": report["created"], **goals, "met": is_met}))


if __name__ == "__main__":
    main()
