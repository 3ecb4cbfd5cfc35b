"""Twenty updates at once from one server on loopback, on one store; then updates that are killed at random moments.

python benchmarks/fx_update.py [--processes 20] [--kills 5]
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fx.world import World, ecb_csv, serving

from blueprints import clock
from verdict import verdict

BIN = Path(sys.executable).parent
UPDATE = [str(BIN / "blueprints"), "fx", "update", "--json"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--kills", type=int, default=5)
    arguments = parser.parse_args()
    now = clock.now()
    world = World((now - timedelta(days=80)).date(), now.date())
    seed = world.until((now - timedelta(days=30)).date())
    with tempfile.TemporaryDirectory() as folder, serving(world):
        (Path(folder) / "history.csv").write_text(ecb_csv(seed))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEPRINTS_", "PYTHONDONT"))}
        env = {**kept, **world.environment(), "BLUEPRINTS_FX__SEED": f"{folder}/history.csv"}
        at_once(env, Path(folder) / "once", world, arguments.processes)
        killed(env, Path(folder), world, arguments.kills)


def at_once(env: dict[str, str], home: Path, world: World, count: int) -> None:
    env = {**env, "BLUEPRINTS_HOME": str(home)}
    started = time.perf_counter()
    processes = [
        subprocess.Popen(UPDATE, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(count)
    ]
    outputs = [process.communicate()[0] for process in processes]
    failed = sum(process.returncode != 0 for process in processes)
    new = sum(json.loads(output)["sources"][0]["new"] for output in outputs if output)
    print(
        f"{count} updates at once: {time.perf_counter() - started:.1f} s, {new} days written, "
        f"{failed} failed (goal 0) {verdict(not failed)}"
    )
    there = stored(home)
    print(f"stored {there} of {len(world.days)} days, each once {verdict(there == len(world.days))}")


def killed(env: dict[str, str], folder: Path, world: World, count: int) -> None:
    chance = random.Random(1)
    whole = 0
    for number in range(count):
        home = folder / f"killed{number}"
        one = {**env, "BLUEPRINTS_HOME": str(home)}
        process = subprocess.Popen(UPDATE, env=one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 1.0))
        process.kill()
        process.wait()
        subprocess.run(UPDATE, env=one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        whole += stored(home) == len(world.days)
    goal = f"(goal {count}) {verdict(whole == count)}"
    print(f"killed at random moments: the next update completed {whole} of {count} stores {goal}")


def stored(home: Path) -> int:
    connection = sqlite3.connect(home / "data" / "fx.sqlite")
    (count,) = connection.execute("SELECT count(*) FROM rates WHERE source = 'ecb'").fetchone()
    connection.close()
    return int(count)


if __name__ == "__main__":
    main()
