"""How quickly a recording is counted with its full audit, beside tweepy's bare `on_data` over the same lines; how long
an audit takes to verify; how quickly `vote sessions` starts.

    python benchmarks/vote_throughput.py                    # 40,000 posts, 5 rounds, an audit of 200,000 rows
    python benchmarks/vote_throughput.py --posts 200000 --rounds 7 --rows 1000000

Targets: at least 5,000 posts/s and a quarter of tweepy's rate at 200,000 posts; a million rows verified in 60 s;
`vote sessions` in at most three times a process that imports click, without tweepy, aiohttp and Textual.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tweepy.asynchronous import AsyncStreamingClient  # type: ignore[import-untyped]  # tweepy has no types

sys.path.insert(0, str(Path(__file__).parent))
from verdict import verdict
from vote_recording import large

PROGRAM = str(Path(sys.executable).parent / "blueprints")
TAGS = ("debian", "ubuntu", "arch", "fedora")


def ours(recording: Path, home: Path) -> float:
    """Seconds to count the recording, as a process of its own, less the time of an empty one."""
    began = time.perf_counter()
    command = [PROGRAM, "vote", *TAGS, "--source", f"replay:{recording}", "--json"]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    assert json.loads(done.stdout.splitlines()[-1])["posts"]["malformed"] == 0
    return seconds


def peer(recording: Path) -> float:
    """Seconds that tweepy's `on_data` takes over the same lines, nothing counted and nothing written."""

    async def read() -> float:
        client = AsyncStreamingClient("token")
        with recording.open("rb") as file:
            began = time.perf_counter()
            for line in file:
                await client.on_data(line)
            return time.perf_counter() - began

    return asyncio.run(read())


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "BLUEPRINTS_HOME": str(home)}


def timed(command: list[str], home: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment(home), capture_output=True, check=True)
    return time.perf_counter() - began


def median(measure: Callable[[], float], rounds: int) -> float:
    return statistics.median(measure() for _ in range(rounds))


def throughput(folder: Path, posts: int, rounds: int) -> None:
    recording, empty = folder / "posts.jsonl", folder / "empty.jsonl"
    recording.write_bytes(b"".join(line + b"\n" for line in large(posts, posts * 3 // 4)))
    empty.write_bytes(b"")
    mine: list[float] = []
    theirs: list[float] = []
    for number in range(rounds):
        home = folder / f"home{number}"
        mine.append(ours(recording, home) - ours(empty, home))
        theirs.append(peer(recording))
    rate, peers = posts / statistics.median(mine), posts / statistics.median(theirs)
    print(f"replay with full audit, {posts:,} posts, median of {rounds}: {rate:,.0f} posts/s", end=" ")
    print(f"(goal 5,000) {verdict(rate >= 5000)}")
    print(f"tweepy's bare on_data over the same lines: {peers:,.0f} posts/s")
    print(f"ours is {rate / peers:.2f} of it (goal 0.25) {verdict(rate / peers >= 0.25)}")


def verification(folder: Path, rows: int) -> None:
    recording, home = folder / "rows.jsonl", folder / "audit"
    with recording.open("wb") as file:
        file.writelines(line + b"\n" for line in large(rows, rows))
    ours(recording, home)
    seconds = timed([PROGRAM, "vote", "audit", "last", "--verify"], home)
    kept = verdict(seconds <= 60 * rows / 1_000_000)
    print(f"verify an audit of {rows:,} rows: {seconds:.1f} s (goal 60 s for 1,000,000) {kept}")


def start(folder: Path, rounds: int) -> None:
    home = folder / "start"
    command = [PROGRAM, "vote", "sessions"]
    bare = [sys.executable, "-c", "import click"]
    timed(command, home)
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(timed(command, home))
        theirs.append(timed(bare, home))
    ratio = statistics.median(mine) / statistics.median(theirs)
    print(f"vote sessions: {statistics.median(mine) * 1000:.0f} ms")
    print(f"a process that imports click: {statistics.median(theirs) * 1000:.0f} ms")
    print(f"ours is {ratio:.2f} times that (goal 3) {verdict(ratio <= 3)}")
    found = heavy(home)
    print(f"imported by it: {', '.join(found) or 'none'} of tweepy, aiohttp, Textual (goal none) {verdict(not found)}")


def heavy(home: Path) -> list[str]:
    code = (
        "import sys; from blueprints.cli import cli; from blueprints.command import run;"
        "run(cli, ['vote', 'sessions']);"
        "print(' '.join({'tweepy', 'aiohttp', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--posts", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        throughput(folder, options.posts, options.rounds)
        verification(folder, options.rows)
        start(folder, 4 * options.rounds)


if __name__ == "__main__":
    main()
