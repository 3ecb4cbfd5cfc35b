"""A fixture server on this machine, and the installed command run against it with time and memory taken."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # the fake upstreams live beside the tests

from tests.weather.world import World, running

PROGRAM = str(Path(sys.executable).parent / "blueprints")
BERLIN = ("--place", "52.52,13.41")
__all__ = ["World", "running"]


@dataclass(frozen=True)
class Run:
    seconds: float
    code: int
    peak_mib: float
    output: str


@contextmanager
def home() -> Iterator[Path]:
    """An empty home for the program."""
    folder = Path(tempfile.mkdtemp(prefix="weather-benchmark-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def surroundings() -> dict[str, str]:
    """The environment of both sides: no settings of the program, and compiled modules kept, as pip leaves them."""
    dropped = ("BLUEPRINTS_", "PYTHONDONTWRITEBYTECODE", "COLUMNS")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def environment(folder: Path, world: World | None = None, **settings: str) -> dict[str, str]:
    more = {f"BLUEPRINTS_WEATHER__{name.upper()}": value for name, value in settings.items()}
    return {**surroundings(), "BLUEPRINTS_HOME": str(folder), **(world.environment if world else {}), **more}


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Wall time from start to end of the process, its exit code, and its own peak of resident memory."""
    with tempfile.TemporaryFile("w+") as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(env), stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Run(seconds, process.returncode, usage.ru_maxrss / 1024, out.read())


def weather(env: Mapping[str, str], *arguments: str) -> Run:
    return run([PROGRAM, "weather", *arguments], env)


def python(code: str) -> Run:
    return run([sys.executable, "-c", code], surroundings())


def median(runs: Sequence[Run]) -> float:
    return statistics.median(one.seconds for one in runs)


def line(name: str, ours: float, other: float, limit: float, unit: str = "s", kind: str = "ratio") -> str:
    """`name: ours, the other side, what came of it, the limit, whether it is kept`."""
    found = ours / other if kind == "ratio" else ours - other
    mark = "x" if kind == "ratio" else f" {unit}"
    kept = "met" if found <= limit else "MISSED"
    return (
        f"{name}: ours {ours:.3f} {unit}, beside {other:.3f} {unit}: {found:.2f}{mark} (at most {limit:g}{mark}) {kept}"
    )
