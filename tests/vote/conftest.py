"""A fake platform, and the program pointed at it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine

from blueprints.vote.core.reconnect import Pace
from blueprints.vote.sources import stream
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import TOKEN

QUICK = Pace(
    network_step_s=0.01, network_most_s=0.05, http_first_s=0.02, http_most_s=0.2, limited_first_s=0.05, lived_s=0.05,
    silence_s=60.0,
)  # fmt: skip
"""Waits are short; that the machine is busy is no silence of the stream."""
SILENCE_S = 2.5
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""Far from the midnight after which a post that is read again costs again."""


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeX]:
    """The fake, running; the program talks to it with a good token, and waits shortly where it has to."""
    with FakeX() as fake:
        for name, value in settings(fake).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(stream.Source, "pace", QUICK)
        yield fake


def settings(fake: FakeX) -> Mapping[str, str]:
    return {
        "BLUEPRINTS_VOTE__X__BASE_URL": fake.url,
        "BLUEPRINTS_VOTE__X__BEARER_TOKEN": TOKEN,
        "BLUEPRINTS_VOTE__X__BACKFILL_DELAY": "50ms",
        "BLUEPRINTS_VOTE__X__DRAIN": "100ms",
    }


@pytest.fixture
def listening_closely(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream is dead after a silence that a test can wait for."""
    monkeypatch.setattr(stream.Source, "pace", replace(QUICK, silence_s=SILENCE_S))


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """A clock that goes on from noon, for the program and the fake in this process."""
    with time_machine.travel(NOON) as traveller:
        yield traveller
