"""Asking several providers under one deadline: one after the other with hedging, or all at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from blueprints.errors import BlueprintsError

T = TypeVar("T")
Outcome = Literal["ok", "cached", "error", "timeout", "skipped", "cancelled"]
GOODBYE_S = 0.4
"""How long a cancelled question may take to put things away."""


@dataclass
class Attempt:
    """What became of asking one provider."""

    provider: str
    outcome: Outcome = "skipped"
    seconds: float = 0.0
    error: str | None = None
    failure: BaseException | None = field(default=None, repr=False)


@dataclass
class _Run(Generic[T]):
    attempt: Attempt
    task: asyncio.Task[T]
    started: float

    def note(self, outcome: Outcome, failure: BaseException | None = None, error: str | None = None) -> None:
        self.attempt.seconds = round(asyncio.get_running_loop().time() - self.started, 3)
        self.attempt.outcome, self.attempt.failure = outcome, failure
        self.attempt.error = reason(failure) if failure is not None else error


Ask = Callable[[str], Awaitable[T]]


async def first(
    names: Sequence[str], ask: Ask[T], *, hedge_after_s: float, deadline_s: float
) -> tuple[T | None, list[Attempt]]:
    """The first good answer, and what became of each provider asked.

    The next provider is started when one fails, or `hedge_after_s` after the last start. What has not answered when one
    has, or at the deadline, is cancelled. Without an answer the value is None.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + deadline_s
    attempts = [Attempt(name) for name in names]
    waiting = list(attempts)
    runs: list[_Run[T]] = []
    next_start = loop.time()
    answer: T | None = None
    try:
        while answer is None and loop.time() < ends and (waiting or runs):
            if waiting and (not runs or loop.time() >= next_start):
                runs.append(_started(waiting.pop(0), ask))
                next_start = loop.time() + hedge_after_s
            until = min(ends, next_start) if waiting else ends
            done = await _finished(runs, until - loop.time())
            for run in done:
                runs.remove(run)
                answer = _settled(run) if answer is None else answer
                if run.attempt.failure is not None:
                    next_start = loop.time()
    finally:
        await _stop(runs, "cancelled" if answer is not None else "timeout", deadline_s)
    for attempt in waiting:
        attempt.error = "not needed" if answer is not None else "no time was left"
    return answer, attempts


async def everyone(names: Sequence[str], ask: Ask[T], *, deadline_s: float) -> tuple[dict[str, T], list[Attempt]]:
    """All good answers by name, asked at once; who has not answered at the deadline is cancelled."""
    runs = [_started(Attempt(name), ask) for name in names]
    attempts = [run.attempt for run in runs]
    waiting = list(runs)
    answers: dict[str, T] = {}
    try:
        await asyncio.wait([run.task for run in runs], timeout=deadline_s)
        for run in [run for run in runs if run.task.done()]:
            waiting.remove(run)
            answer = _settled(run)
            if answer is not None:
                answers[run.attempt.provider] = answer
    finally:
        await _stop(waiting, "timeout", deadline_s)
    return answers, attempts


def reason(error: BaseException) -> str:
    """The words of a failure on one line, without query strings; of foreign errors also the kind."""
    words = re.sub(r"\?[^\s)]\S*", "?…", " ".join(str(error).split()))
    return words if isinstance(error, BlueprintsError) else f"{type(error).__name__}: {words}".removesuffix(": ")


def _started(attempt: Attempt, ask: Ask[T]) -> _Run[T]:
    async def asked() -> T:
        return await ask(attempt.provider)

    return _Run(attempt, asyncio.ensure_future(asked()), asyncio.get_running_loop().time())


async def _finished(runs: list[_Run[T]], timeout_s: float) -> list[_Run[T]]:
    """The runs that are over, in the order of preference."""
    await asyncio.wait([run.task for run in runs], timeout=max(0.0, timeout_s), return_when=asyncio.FIRST_COMPLETED)
    return [run for run in runs if run.task.done()]


def _settled(run: _Run[T]) -> T | None:
    """The answer of a finished run; None, and its reason noted, when it failed."""
    failure = run.task.exception()
    if failure is None:
        run.note("ok")
        return run.task.result()
    run.note("timeout" if isinstance(failure, TimeoutError) else "error", failure)
    return None


async def _stop(runs: list[_Run[T]], outcome: Outcome, deadline_s: float) -> None:
    """Cancel what still runs, and give it a moment to close what it opened."""
    for run in runs:
        run.task.cancel()
        run.note(outcome, error=f"no answer within {round(deadline_s, 1):g} s" if outcome == "timeout" else None)
    if runs:
        done, _ = await asyncio.wait([run.task for run in runs], timeout=GOODBYE_S)
        for task in done:
            if not task.cancelled():
                task.exception()  # looked at, so that nothing is said about it later
