"""The two streaming forms of a running vote: JSON lines and text lines."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from blueprints import output
from blueprints.vote import words
from blueprints.vote.election import Election
from blueprints.vote.report import print_result

UPDATE_S = 0.1
LINE_S = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def json_lines(election: Election) -> None:
    """`start`, an `update` at most ten times a second and only on change, `end`."""

    def shown(kind: str) -> None:
        output.json_line({"type": kind, **election.standing().as_dict()})

    async def updates() -> None:
        version, last = -1, election.standing().as_dict()
        while True:
            await asyncio.sleep(UPDATE_S)
            if election.desk.version == version or election.is_over:
                continue
            version, now = election.desk.version, election.standing().as_dict()
            if now != last:
                last = now
                output.json_line({"type": "update", **now})

    election.on_start = lambda: shown("start")
    _run(election, updates)
    shown("end")


def text_lines(election: Election) -> None:
    """A line a second, then the result."""

    def line() -> None:
        output.line(words.status(election.standing().as_dict(), election.desk.status, left_s(election)))

    async def lines() -> None:
        while True:
            await asyncio.sleep(LINE_S)
            line()

    election.on_start = line
    _run(election, lines)
    print_result(election.standing().as_dict())


def left_s(election: Election) -> float | None:
    """Seconds to the end; None for an open one, a recording, or one that is over."""
    end_ms = election.session.matcher.window.end_ms
    if end_ms is None or election.is_over or election.source.is_recorded:
        return None
    return max(0.0, (end_ms - election.desk.now_ms()) / 1000)


def _run(election: Election, show: Callable[[], Awaitable[None]]) -> None:
    election.desk.on_notice = output.notice
    asyncio.run(_watched(election, show))


async def _watched(election: Election, show: Callable[[], Awaitable[Any]]) -> None:
    """Run the vote with its display beside it; a signal interrupts the vote, which is then written and shown."""
    loop = asyncio.get_running_loop()
    vote = asyncio.ensure_future(election.run())
    display = asyncio.ensure_future(show())
    for number in SIGNALS:
        loop.add_signal_handler(number, vote.cancel)
    try:
        await asyncio.wait({vote, display}, return_when=asyncio.FIRST_COMPLETED)
        if not vote.done():
            vote.cancel()  # nobody reads any more
            await asyncio.wait({vote})
            await display
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
        display.cancel()
        await asyncio.gather(display, return_exceptions=True)
    if not vote.cancelled():
        vote.result()
