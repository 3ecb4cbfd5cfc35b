"""A fake platform, and the program pointed at it."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from blueprints.vote.core.reconnect import Pace
from blueprints.vote.sources import stream
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import TOKEN

QUICK = Pace(
    network_step_s=0.01, network_most_s=0.05, http_first_s=0.02, http_most_s=0.2, limited_first_s=0.05, lived_s=0.05,
    silence_s=1.5,
)  # fmt: skip


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


Waiter = Callable[[Callable[[], object]], None]
