"""Pictures of the full-screen view; look at them when they change, then `pytest --snapshot-update`."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets._toast import Toast

from blueprints import config
from blueprints.vote import plan, run
from blueprints.vote.app import VoteApp
from blueprints.vote.app.lines import History
from blueprints.vote.books.database import connect
from blueprints.vote.config import VoteConfig
from tests.vote.held import TYPED, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

Steps = Callable[[VoteApp, "Pilot[None]"], Awaitable[None]]


async def bars(app: VoteApp, pilot: "Pilot[None]") -> None:
    """As it is when the recording is through."""


async def lines(app: VoteApp, pilot: "Pilot[None]") -> None:
    app.history = History()  # what was seen on the way depends on how quick the machine is
    for second in range(0, 170, 10):
        app.history.add(float(second), [second // 2, second // 3, second // 4])
    await pilot.press("s")


async def hidden(app: VoteApp, pilot: "Pilot[None]") -> None:
    await pilot.press("h")


async def keys(app: VoteApp, pilot: "Pilot[None]") -> None:
    await pilot.press("question_mark")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[VoteApp]:
    """The view, in colour, of a vote on the recording that comes with the program."""
    monkeypatch.delenv("NO_COLOR")
    settings = config.load("vote", VoteConfig)
    options = {**TYPED, "source": "replay:demo", "name": "desktop"}
    with closing(connect(settings.database_path)) as connection:
        session = run._started(connection, plan.made(("debian", "ubuntu", "arch"), options, settings))
        yield VoteApp(run._election(connection, settings, session, options, None))


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        pytest.param(bars, (80, 24), id="bars"),
        pytest.param(bars, (40, 12), id="bars-small"),
        pytest.param(bars, (160, 40), id="bars-wide"),
        pytest.param(lines, (80, 24), id="lines"),
        pytest.param(hidden, (80, 24), id="hidden"),
        pytest.param(keys, (80, 24), id="keys"),
    ],
)
def test_picture(snap_compare: Any, app: VoteApp, steps: Steps, size: tuple[int, int]) -> None:
    async def before(pilot: "Pilot[None]") -> None:
        await until(lambda: app.election.is_over)
        await until(lambda: app._drawn[:1] == (app.election.desk.version,))
        app.clear_notifications()
        await steps(app, pilot)
        await until(lambda: not app.screen.query(Toast))
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=before)
