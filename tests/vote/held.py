"""Votes held in a test: built as the program builds them, run on the test's own event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from blueprints import config
from blueprints.vote import plan, run
from blueprints.vote.books import sessions
from blueprints.vote.books.database import connect
from blueprints.vote.config import VoteConfig
from blueprints.vote.election import Election

TYPED: dict[str, Any] = dict.fromkeys(
    (*plan.RULE_OPTIONS, "record", "budget", "resume", "speed", "as_json", "plain"),
)
Script = Callable[[Election], Awaitable[None]]


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def until(condition: Callable[[], Any], what: str = "", deadline_s: float = 60.0) -> None:
    """Wait for a condition; fails with its description."""
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, what or "the condition never came true"
        await asyncio.sleep(0.01)


def hold(script: Script, *tags: str, **typed: Any) -> dict[str, Any]:
    """Run a vote while the script drives it, end it by hand when the script is through, and return its result.

    It is open-ended, so that the end by hand is its end. The election itself is `hold.election`. An interrupted vote
    is one whose script cancels it.
    """
    settings = config.load("vote", VoteConfig)
    options = {**TYPED, **typed}
    with closing(connect(settings.database_path)) as connection:
        if options["resume"] is None:
            options["duration"] = typed.get("duration", timedelta())  # open, unless the test says otherwise
            session, resumed_ms = run._started(connection, plan.made(tags, options, settings)), None
        else:
            session, resumed_ms = run._resumed(connection, settings, tags, options)
        election = run._election(connection, settings, session, options, resumed_ms)
        hold.election = election  # type: ignore[attr-defined]  # for tests that look closer
        asyncio.run(_held(election, script))
        return {**election.standing(reveal=True).as_dict(), "failure": election.failure}


async def _held(election: Election, script: Script) -> None:
    notices: list[str] = []
    election.desk.on_notice = notices.append
    election.notices = notices  # type: ignore[attr-defined]  # as above
    vote = asyncio.ensure_future(election.run())
    driver = asyncio.ensure_future(script(election))
    await asyncio.wait({vote, driver}, return_when=asyncio.FIRST_COMPLETED)
    if driver.done():
        driver.result()
    else:
        driver.cancel()
    election.desk.stop()
    try:
        await asyncio.wait_for(vote, 60)
    except asyncio.CancelledError:
        assert election.state == "interrupted"


def interrupted(script: Script) -> Script:
    """The script, and then the end of the process as far as the vote can tell."""

    async def both(election: Election) -> None:
        await script(election)
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__qualname__", "") == "Election.run":
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return both


def votes(found: dict[str, Any]) -> dict[str, int]:
    return {one["label"]: one["votes"] for one in found["candidates"]}


def path() -> Path:
    return config.load("vote", VoteConfig).database_path


def stored(number: int = 1) -> sessions.Session:
    with closing(connect(path())) as connection:
        return sessions.find(connection, str(number))
