"""The full-screen view, by its keys."""

import asyncio
import csv
import re
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Button, Static

from blueprints import config
from blueprints.vote import app as app_package
from blueprints.vote import plan, run
from blueprints.vote.app import VoteApp
from blueprints.vote.app.bars import Bars
from blueprints.vote.app.bars import _figures as figures
from blueprints.vote.app.dialogs import EndQuestion, KeysPage
from blueprints.vote.app.lines import MOST_POINTS, History, Lines
from blueprints.vote.books.database import connect
from blueprints.vote.books.lock import Busy, Lock
from blueprints.vote.config import VoteConfig
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import Fault
from tests.vote.held import TYPED, path, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

Play = Callable[[VoteApp, "Pilot[None]"], Awaitable[None]]


def view(play: Play, *tags: str, size: tuple[int, int] = (90, 24), **typed: Any) -> VoteApp:
    """Show a vote on a screen of that size while `play` presses its keys."""
    settings = config.load("vote", VoteConfig)
    options = {**TYPED, "source": "replay:demo", **typed}
    with closing(connect(settings.database_path)) as connection:
        session = run._started(connection, plan.made(tags or ("debian", "ubuntu", "arch"), options, settings))
        app: VoteApp = VoteApp(run._election(connection, settings, session, options, None))

        async def shown() -> None:
            async with app.run_test(size=size) as pilot:
                await play(app, pilot)
                app.exit()

        asyncio.run(shown())
        return app


def text(app: VoteApp, name: str) -> str:
    return str(app.query_one(f"#{name}", Static).render())


def bars(app: VoteApp) -> list[str]:
    return [line for line in app.query_one(Bars).render().plain.splitlines() if line]


async def drawn(app: VoteApp, pilot: "Pilot[None]") -> None:
    """Until the screen shows all that there is to show."""
    await until(lambda: app._drawn[:1] == (app.election.desk.version,), "the screen stays behind")
    await pilot.pause()


async def over(app: VoteApp, pilot: "Pilot[None]") -> None:
    await until(lambda: app.election.is_over)
    await drawn(app, pilot)


def test_bars_figures_and_the_winner(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await over(app, pilot)
        lines = bars(app)
        assert [line.split()[0] for line in lines] == ["debian", "ubuntu", "arch"]
        assert re.search(r"█ +85 +34.7% +29.3/min$", lines[0])
        assert {len(line) for line in lines} == {84}
        assert text(app, "title") == "desktop · replay · ended"
        assert text(app, "outcome") == "Winner: debian"
        assert "245 votes · 245 ballots · 330 posts seen · 85 not counted" in text(app, "facts")

    view(play, name="desktop")


def test_bars_and_lines_change_places_and_a_resize_redraws(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await over(app, pilot)
        await pilot.press("s")
        assert app.query_one(Lines).display
        assert not app.query_one("#bars").display
        await pilot.press("s")
        await pilot.resize_terminal(60, 16)
        await until(lambda: {len(line) for line in bars(app)} == {54})

    view(play)


def test_posts_appear_without_a_key(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: x.listeners)
        x.post(1, "#arch")
        await until(lambda: re.search(r"█ +1 +100.0%", bars(app)[1]))
        await drawn(app, pilot)
        assert "left" in text(app, "title")
        assert "$0.0" in text(app, "facts")
        assert "connected" in text(app, "facts")
        await pilot.press("u")

    view(play, "debian", "arch", source="stream")


def test_ending_is_asked_for(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: x.listeners)
        await pilot.press("q")
        await until(lambda: isinstance(app.screen, EndQuestion))
        await pilot.press("n")
        await until(lambda: not isinstance(app.screen, EndQuestion))
        assert not app.election.desk.is_stopped
        for answer in ("#no", "#yes"):
            await pilot.press("q")
            await until(lambda: isinstance(app.screen, EndQuestion) and app.screen.query(Button))
            await pilot.pause()
            await pilot.click(answer)
            await until(lambda: not isinstance(app.screen, EndQuestion))
        await until(lambda: app.election.state == "ended")
        await until(lambda: "ended" in text(app, "title"))
        await pilot.press("q")
        await until(lambda: not app.is_running)

    app = view(play, "debian", source="stream")
    assert app.election.standing().as_dict()["complete"] is False


def test_ctrl_c_interrupts_and_the_session_can_go_on(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: x.listeners)
        await pilot.press("ctrl+c")
        await until(lambda: not app.is_running)

    app = view(play, "debian", source="stream")
    assert app.election.state == "interrupted"
    assert x.rules == {}


def test_hidden_until_the_end(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: x.listeners)
        x.post(1, "#arch")
        await until(lambda: "1 ballots" in text(app, "facts"))
        assert [line.strip() for line in bars(app)] == ["debian", "arch"]
        await pilot.press("h")
        await pilot.press("s")
        await drawn(app, pilot)
        assert "Hidden" not in text(app, "outcome")
        await pilot.press("s", "q", "y")
        await over(app, pilot)
        assert re.search(r"█ +1 +100.0%", bars(app)[1])

    view(play, "debian", "arch", source="stream", hide_until_end=True)


def test_hidden_by_the_key_until_the_key_after_the_end(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: x.listeners)
        x.post(1, "#arch")
        await until(lambda: app.election.desk.tally.seq)
        await pilot.press("h")
        assert [line.strip() for line in bars(app)] == ["debian", "arch"]
        await pilot.press("h", "q", "y")
        await over(app, pilot)
        assert [line.strip() for line in bars(app)] == ["debian", "arch"]
        await pilot.press("h")
        assert re.search(r"█ +1 +100.0%", bars(app)[1])

    view(play, "debian", "arch", source="stream")


def test_export_beside_where_the_program_was_started(x: FakeX, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await over(app, pilot)
        await pilot.press("e")
        (tmp_path / "vote-1.csv").chmod(0o600)
        with (tmp_path / "vote-1.csv").open() as file:
            assert [row["votes"] for row in csv.DictReader(file)] == ["85", "83", "77"]
        (tmp_path / "vote-1.csv").unlink()
        (tmp_path / "vote-1.csv").mkdir()
        await pilot.press("e")
        await pilot.pause()

    view(play)


def test_the_page_of_keys_and_the_palette(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await pilot.press("question_mark")
        await until(lambda: isinstance(app.screen, KeysPage))
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, KeysPage))
        await pilot.press("question_mark")
        await pilot.click()
        await until(lambda: not isinstance(app.screen, KeysPage))
        await pilot.press("ctrl+p")
        await until(lambda: "Palette" in type(app.screen).__name__)

    view(play)


def test_a_polled_source_fetches_at_once(x: FakeX) -> None:
    from tests.vote.held import ago

    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: "waiting" in app.election.desk.status)
        await pilot.press("u")
        await until(lambda: x.paths("search/recent"))

    view(play, "debian", source="search", from_=ago(60))


def test_what_ends_a_vote_early_is_shown(x: FakeX) -> None:
    x.faults["stream"] += [Fault(402, {})]

    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await over(app, pilot)
        assert "error" in text(app, "title")

    app = view(play, "debian", source="stream")
    assert "used up" in str(app.election.failure)


def test_a_session_that_is_taken_closes_the_view(x: FakeX) -> None:
    lock: list[Lock] = []

    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await until(lambda: not app.is_running)

    path().parent.mkdir(parents=True)
    lock.append(Lock(path(), 1))
    app = view(play)
    lock[0].release()
    assert app._vote is not None
    assert isinstance(app._vote.exception(), Busy)


def test_it_draws_only_what_changed_and_not_too_often(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        await over(app, pilot)
        before = app.repaints
        for _ in range(5):
            app.redraw()
        assert app.repaints == before

    view(play)


def test_the_history_is_thinned_out() -> None:
    history = History()
    for second in range(5000):
        history.add(float(second), [second])
    history.add(4999.0, [7])
    assert len(history.times_s) <= MOST_POINTS
    assert history.votes[-1] == [7]
    assert history.times_s == sorted(history.times_s)


def test_labels_in_wide_letters_take_the_columns_that_plots_give_them() -> None:
    from rich.cells import cell_len

    from blueprints.vote.app.lines import measured

    assert measured("arch") == "arch"
    assert len(measured("東京")) == cell_len(measured("東京")) == 4


def test_pages_fit_a_small_screen(x: FakeX) -> None:
    async def play(app: VoteApp, pilot: "Pilot[None]") -> None:
        for key, kind in (("question_mark", "Static"), ("q", "Vertical")):
            await pilot.press(key)
            await drawn(app, pilot)
            assert app.screen.query_one(kind).region.right <= 40
            await pilot.press("escape")
        await pilot.press("q", "y")
        await over(app, pilot)

    view(play, "debian", source="stream", size=(40, 12))


def test_the_view_is_all_that_its_package_hands_out() -> None:
    assert hasattr(app_package, "VoteApp")
    assert not hasattr(app_package, "Bars")


def test_the_time_of_old_figures_stands_where_there_is_little_room() -> None:
    one = {"label": "debian", "votes": 7, "share": 0.5, "per_minute": 2.0, "rank": 1, "as_of": "2026-11-22T18:00:30Z"}
    assert figures(one, is_narrow=True) == "        7 18:00:30"
    assert figures(one, is_narrow=False).endswith("as of 18:00:30")
    assert figures({**one, "as_of": None}, is_narrow=True) == "        7    50.0%"
