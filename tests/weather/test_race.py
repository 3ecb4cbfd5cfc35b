"""Failover, hedging and the deadline, without any network: providers are coroutines under the test's control."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import pytest

from blueprints.errors import UpstreamError
from blueprints.weather import loop, race
from blueprints.weather.race import Attempt, reason

FOREVER = 3600.0
T = TypeVar("T")


class Leaping(asyncio.SelectorEventLoop):
    """A loop in which nothing takes time: when nobody has anything to do, its clock leaps to the next appointment."""

    def __init__(self) -> None:
        loop, self.now = self, 0.0

        class Leaper(selectors.DefaultSelector):
            def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
                loop.now += timeout or 0.0
                return super().select(timeout and 0)

        super().__init__(Leaper())

    def time(self) -> float:
        return self.now


def ran(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=Leaping) as runner:
        return runner.run(work)


class Crew:
    """Providers by name: each waits, then answers or fails; `closed` tells that a cancelled one could tidy up."""

    def __init__(self, **plans: tuple[float, Any]) -> None:
        self.plans = plans
        self.started: list[str] = []
        self.closed: list[str] = []

    async def __call__(self, name: str) -> str:
        self.started.append(name)
        seconds, result = self.plans[name]
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.closed.append(name)
            raise
        if isinstance(result, BaseException):
            raise result
        return str(result)


def first(crew: Crew, hedge_after_s: float = 0.05, deadline_s: float = 30.0) -> tuple[str | None, list[Attempt]]:
    return ran(race.first(list(crew.plans), crew, hedge_after_s=hedge_after_s, deadline_s=deadline_s))


def outcomes(attempts: list[Attempt]) -> list[str]:
    return [attempt.outcome for attempt in attempts]


def test_the_first_is_asked_alone_when_it_answers() -> None:
    crew = Crew(one=(0, "a"), two=(0, "b"))
    answer, attempts = first(crew, hedge_after_s=FOREVER)
    assert (answer, crew.started, outcomes(attempts)) == ("a", ["one"], ["ok", "skipped"])
    assert attempts[1].error == "not needed"


def test_the_next_starts_at_once_when_one_fails() -> None:
    crew = Crew(one=(0, UpstreamError("down")), two=(0, "b"))
    answer, attempts = first(crew, hedge_after_s=FOREVER)
    assert (answer, outcomes(attempts)) == ("b", ["error", "ok"])
    assert attempts[0].error == "down"


def test_the_next_starts_too_when_one_is_silent() -> None:
    crew = Crew(one=(FOREVER, "a"), two=(0, "b"))
    answer, attempts = first(crew)
    assert (answer, outcomes(attempts), crew.closed) == ("b", ["cancelled", "ok"], ["one"])


def test_a_slow_first_one_may_still_win() -> None:
    crew = Crew(one=(0.2, "a"), two=(FOREVER, "b"))
    assert first(crew)[0] == "a"


def test_each_further_one_waits_for_the_one_before() -> None:
    crew = Crew(one=(FOREVER, "a"), two=(FOREVER, "b"), three=(0, "c"), four=(0, "d"))
    answer, attempts = first(crew)
    assert (answer, crew.started) == ("c", ["one", "two", "three"])
    assert outcomes(attempts) == ["cancelled", "cancelled", "ok", "skipped"]


def test_all_silent_ends_at_the_deadline() -> None:
    crew = Crew(one=(FOREVER, "a"), two=(FOREVER, "b"), three=(0, "c"))
    answer, attempts = first(crew, hedge_after_s=0.15, deadline_s=0.2)
    assert (answer, outcomes(attempts)) == (None, ["timeout", "timeout", "skipped"])
    assert [attempt.error for attempt in attempts] == [
        "no answer within 0.2 s", "no answer within 0.2 s", "no time was left",
    ]  # fmt: skip
    assert sorted(crew.closed) == ["one", "two"]


def test_a_question_in_brackets_is_no_query_string() -> None:
    assert reason(UpstreamError("not known (is the network up?)")) == "not known (is the network up?)"


def test_all_failing_ends_at_once_with_each_reason() -> None:
    crew = Crew(one=(0, UpstreamError("down")), two=(0, TimeoutError()), three=(0, ValueError("key=1?k=secret")))
    answer, attempts = first(crew, hedge_after_s=FOREVER, deadline_s=FOREVER)
    assert (answer, outcomes(attempts)) == (None, ["error", "timeout", "error"])
    assert [attempt.error for attempt in attempts] == ["down", "TimeoutError", "ValueError: key=1?…"]


def test_one_that_will_not_be_cancelled_does_not_hold_the_answer_up() -> None:
    release = asyncio.Event()

    async def ask(name: str) -> str:
        if name == "quick":
            return "a"
        try:
            await asyncio.sleep(FOREVER)
        except asyncio.CancelledError:
            await release.wait()
            raise
        return "never"

    async def scenario() -> str | None:
        answer, _ = await race.first(["stubborn", "quick"], ask, hedge_after_s=0.01, deadline_s=30)
        release.set()
        return answer

    assert ran(scenario()) == "a"


def test_nobody_to_ask() -> None:
    assert first(Crew()) == (None, [])


def everyone(crew: Crew, deadline_s: float = 30.0) -> tuple[dict[str, str], list[Attempt]]:
    return ran(race.everyone(list(crew.plans), crew, deadline_s=deadline_s))


def test_everyone_is_asked_at_once() -> None:
    crew = Crew(one=(0.05, "a"), two=(0, UpstreamError("down")), three=(0.05, "c"))
    answers, attempts = everyone(crew)
    assert (answers, outcomes(attempts)) == ({"one": "a", "three": "c"}, ["ok", "error", "ok"])


def test_everyone_ends_at_the_deadline() -> None:
    crew = Crew(one=(0, "a"), two=(FOREVER, "b"))
    answers, attempts = everyone(crew, deadline_s=0.1)
    assert (answers, outcomes(attempts), crew.closed) == ({"one": "a"}, ["ok", "timeout"], ["two"])


def on_a_thread(work: Callable[[], Any]) -> Any:
    async def main() -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, work)

    return loop.run(main())


def test_the_loop_hands_values_and_failures_of_threads_on() -> None:
    assert on_a_thread(lambda: 42) == 42

    def fail() -> None:
        raise OSError("no such host")

    with pytest.raises(OSError, match="no such host"):
        on_a_thread(fail)


def test_the_loop_ends_although_a_thread_hangs() -> None:
    import threading

    release = threading.Event()

    async def main() -> str:
        hanging: Awaitable[Any] = asyncio.get_running_loop().run_in_executor(None, release.wait, 60)
        try:
            await asyncio.wait_for(hanging, 0.05)
        except TimeoutError:
            return "gone on"
        return "waited"

    assert loop.run(main()) == "gone on"
    assert not release.is_set()
    release.set()


def test_a_call_cancelled_before_it_began_is_left_out() -> None:
    daemons = loop.Daemons()
    future: Any = daemons.submit(lambda: 1)
    assert future.result(60) == 1
    daemons.shutdown()
