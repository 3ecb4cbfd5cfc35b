"""How often Spotify is asked, counted at the fake.

- in three minutes of playing and focused, paused, blurred (targets 40, 0, 0), on a clock `--speed` times faster
- token requests of 20 threads, and of 5 processes, that meet an expired token at once (target 1 each)
- 2,000 requests with random failures and keys: no crash, no pause of the screen above 1 s, no tight loop

    python benchmarks/spotify_budget.py [--speed 30] [--requests 2000]
"""

import argparse
import asyncio
import os
import random
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from textual import events

from spotify.inside import opened
from spotify.terminal import PROGRAM, fake

MINUTES = 3
TARGETS = {"playing": 40, "paused": 0, "blurred": 0}
FAULTS = [
    "error",
    "unavailable",
    "reset",
    "garbage",
    "truncated",
    "nothing",
    "rate-short",
    "rate-bare",
    "rate-minute",
    "expired",
    "refused",
]
KEYS = [
    "j",
    "k",
    "enter",
    "backspace",
    "n",
    "p",
    "space",
    "plus",
    "minus",
    "ctrl+l",
    "w",
    "u",
    "d",
    "s",
    "end",
    "l",
    "greater_than_sign",
    "pagedown",
]
LONGEST_FRAME_S = 1.0
MOST_A_SECOND = 10
"""Requests in one second of the app's clock; more would be a tight loop."""


async def requests_in_three_minutes(state: str, speed: float) -> int:
    async with opened(speed) as inside:
        if state == "paused":
            await inside.pilot.press("space")
            await inside.until(lambda: inside.world.asked("PUT", "/v1/me/player/pause"))
            await inside.pace.sleep(5)
        elif state == "blurred":
            inside.app.post_message(events.AppBlur())
            await inside.pilot.pause()
        before = len(inside.world.log)
        await inside.pace.sleep(MINUTES * 60)
        return len(inside.world.log) - before


def token_requests_of_threads(threads: int = 20) -> int:
    from blueprints.auth import Provider, Session, TokenFile

    with fake() as running:
        running.sign_in(expires_in=0)
        client_id = running.settings["BLUEPRINTS_SPOTIFY__CLIENT_ID"]
        provider = Provider("Spotify", "", f"{running.url}/api/token", client_id)
        session = Session(provider, TokenFile(running.token_file, client_id=client_id))
        start = threading.Barrier(threads)

        def ask() -> str:
            start.wait()
            return session.access_token()

        with ThreadPoolExecutor(threads) as pool:
            tokens = {future.result() for future in [pool.submit(ask) for _ in range(threads)]}
        assert len(tokens) == 1
        return _token_requests(running.control("log"))


def token_requests_of_processes(processes: int = 5) -> int:
    with fake() as running:
        running.sign_in(expires_in=0)
        command = [PROGRAM, "spotify", "status"]
        quiet = subprocess.DEVNULL
        started = [subprocess.Popen(command, env=running.environment(), stdout=quiet) for _ in range(processes)]
        assert [process.wait() for process in started] == [0] * processes
        return _token_requests(running.control("log"))


def _token_requests(log: list[dict[str, object]]) -> int:
    return sum(row["path"] == "/api/token" for row in log)


async def soak(requests: int, speed: float) -> tuple[int, float, int]:
    """(requests made, longest pause of the screen in seconds, most requests in a second of the app's clock)."""
    chooser = random.Random(1)
    async with opened(speed) as inside:
        lag = asyncio.ensure_future(_longest_lag())
        while len(inside.world.log) < requests:
            if len(inside.world.faults.lined_up) < 2 and chooser.random() < 0.3:
                inside.world.faults.add(chooser.choice(FAULTS), path="/v1/")
            await inside.pilot.press(chooser.choice(KEYS))
            if len(inside.app.screen_stack) > 1:
                await inside.pilot.press("escape")
        assert inside.app.bug is None
        lag.cancel()
        seconds = Counter(int(one.at) for one in inside.world.log)
        return len(inside.world.log), LAGS[0], max(seconds.values())


LAGS = [0.0]


async def _longest_lag() -> None:
    """How late the loop that draws the screen gets to a task that is due."""
    while True:
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        LAGS[0] = max(LAGS[0], time.perf_counter() - due)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, default=30)
    parser.add_argument("--requests", type=int, default=2000)
    arguments = parser.parse_args()
    os.environ.setdefault("TERM", "xterm-256color")
    for state, target in TARGETS.items():
        found = asyncio.run(requests_in_three_minutes(state, arguments.speed))
        print(f"{state}, {MINUTES} min: {found} requests (target {target}) {'met' if found <= target else 'MISSED'}")
    for who, found in (("20 threads", token_requests_of_threads()), ("5 processes", token_requests_of_processes())):
        print(f"{who}, expired token: {found} token requests (target 1) {'met' if found == 1 else 'MISSED'}")
    made, lag, most = asyncio.run(soak(arguments.requests, 100))
    met = lag <= LONGEST_FRAME_S and most <= MOST_A_SECOND
    print(
        f"{made} requests with random failures: longest pause of the screen {lag * 1000:.0f} ms (target 1000), "
        f"most requests in one second of its clock {most} {'met' if met else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
