"""Shops to measure: ours with as many games as wanted, as an own process in a folder of its own."""

import csv
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAM = str(Path(sys.executable).parent / "blueprints")
ADJECTIVES = """
    Astro Turbo Neon Iron Velvet Golden Sable Crystal Phantom Lunar
    Solar Hidden Broken Silent Savage Royal Tiny Grand Frozen Burning
""".split()  # noqa: SIM905  shorter than a list of literals
NOUNS = """
    Racer Hunter Kingdom Circuit Orchard Dragon Tower Parade Harbour Senate
    Balcony Meridian Lantern Chronicle Yeti Cellist Tortoise Wizard Courier Monsoon
""".split()  # noqa: SIM905  as above
SYLLABLES = "ba ke lo mi nu ra sto ve zan dor fi gal hex jor quil pra tem wis yor cla".split()  # noqa: SIM905  as above


def names(count: int, seed: int = 1) -> Iterator[str]:
    """Invented names, of words that come again and words that do not."""
    chance = random.Random(seed)
    for number in range(count):
        own = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).title()
        yield f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {own} {number % 97 + 1}"


def catalogue(path: Path, count: int) -> Path:
    """A CSV of `count` games on 12 platforms by 300 companies."""
    chance = random.Random(2)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("platform", "name", "developer", "publisher", "release_year", "price", "stock", "description"))
        for number, name in enumerate(names(count)):
            table.writerow(
                (f"Platform {number % 12}", name, f"Studio {chance.randrange(300)}", f"House {chance.randrange(120)}",
                 chance.randint(1980, 2005), f"{chance.randint(500, 9000) / 100:.2f}", 50, "A game to be played.")
            )  # fmt: skip
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres(stack: ExitStack) -> list[str]:
    """The address of an empty database on a PostgreSQL that keeps its promises; none where there is none to start."""
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    try:
        import psycopg
        from tests.servers.postgres import running
    except ImportError:
        return []
    address = stack.enter_context(running(durable=True))
    with psycopg.connect(f"{address}postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    return [f"{address}bench"]


@contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="store-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Settings for a shop that is alone and keeps no log of requests."""
    alone = {
        "BLUEPRINTS_HOME": str(home),
        "BLUEPRINTS_STORE__ORDERS_URL": "http://127.0.0.1:9",
        "BLUEPRINTS_WEB__LOG_REQUESTS": "false",
        "BLUEPRINTS_WEB__LOG_LEVEL": "ERROR",
    }
    return {**os.environ, **alone, **more}


def run(arguments: Sequence[str], env: Mapping[str, str]) -> str:
    done = subprocess.run([PROGRAM, *arguments], env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


@contextmanager
def served(env: Mapping[str, str], *flags: str, name: str = "store", ready: int = 1) -> Iterator[str]:
    """The address of a service while it runs; `ready`: how many services must have said so."""
    command = [PROGRAM, "serve", name, "--port", "0", *flags]
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE, text=True)
    try:
        found: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            if (match := re.search(r"is ready at (http://\S+?)/?$", line.strip())) is not None:
                found.append(match[1])
            if len(found) >= ready:
                break
        else:
            sys.exit(f"{name} did not start")
        yield found[0]
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def granian(application: str, env: Mapping[str, str], workers: int = 2) -> Iterator[str]:
    """Any WSGI application under the same server."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--backlog", "2048", "--log-level", "error", application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=dict(env), cwd=Path(__file__).parent)
    try:
        await_answer(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def await_answer(url: str, timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{url} does not answer")


def requests_per_s(
    base: str, paths: Sequence[str], seconds: int, folder_: Path, connections: int = 8, *, is_once: bool = False
) -> float:
    """wrk going round `paths`, from any of them on; or asking for each at most once, from the first on."""
    script = folder_ / "paths.lua"
    listed = ",".join(f'"{path}"' for path in paths)
    first = 0 if is_once else random.randrange(len(paths))
    at_the_end = "wrk.thread:stop()" if is_once else ""
    script.write_text(
        f"local paths = {{{listed}}}\nlocal i = {first}\n"
        f"request = function() i = i + 1; if i > #paths then i = 1; {at_the_end} end\n"
        "return wrk.format('GET', paths[i]) end\n"
        "done = function(summary) if summary.errors.status > 0 then print('FAILED', summary.errors.status) end end\n"
    )
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script), base]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "FAILED" in text:
        sys.exit(f"{base}: {text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])  # type: ignore[index]  # wrk always prints it
