"""What the app does when something goes wrong: notices, pauses, never a traceback."""

import json
from pathlib import Path

import pytest

from blueprints.errors import ConfigError
from blueprints.spotify.app.remote_app import RemoteApp
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World

from .driving import Drive, driven, opened
from .test_app_playback import looks

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("premium", "playback needs Spotify Premium"),
        ("refused", "the player refuses this now"),
        ("unlisted", "not listed in the app"),
        ("error", "Spotify answers 500"),
        ("reset", "broke off"),
    ],
)
def test_a_refused_command_is_a_notice_and_the_truth_comes_back(
    server: Server, tmp_path: Path, world: World, fault: str, text: str
) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            world.faults.add(fault, 1, "/me/player/pause")
            await drive.press("space")
            await drive.sees(text.split()[0])
            assert len(drive.asked("PUT", "/me/player/pause")) == 1
            await drive.sees("▶ Livid")

    driven(work)


def test_a_long_rate_limit_pauses_all_calls_and_counts_down(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=60) as drive:
            world.faults.add("rate-long", 1)
            await drive.sees("rate limit: again in 3")
            asked = len(drive.asked())
            await drive.press("enter", "n", "space")
            await drive.sees("again at")
            await drive.pilot.pause(0.3)
            assert len(drive.asked()) == asked
            drive.app.network._until = 0
            await drive.until(lambda: drive.rows.listing.rows, "the list after the pause")

    driven(work)


def test_a_short_rate_limit_is_waited_out(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            world.faults.add("rate-short", 1, "/me/playlists")
            world.faults.add("rate-bare", 1, "/me/playlists")
            await drive.press("enter")
            await drive.until(lambda: drive.rows.listing.rows)
            assert len(drive.asked("GET", "/me/playlists")) == 3

    driven(work)


def test_a_used_up_quota_stops_the_polling_until_the_user_acts(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=60) as drive:
            world.faults.add("quota", 1)
            await drive.sees("quota of your")
            asked = len(drive.asked())
            await drive.press("j", "k")
            await drive.pilot.pause(0.5)
            assert len(drive.asked()) == asked
            await drive.press("ctrl+l")
            await drive.until(lambda: looks(drive) >= 3, "polling again")

    driven(work)


def test_network_gone_and_back(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            world.faults.add("reset", 6)
            await drive.sees("as of ")
            assert "Livid" in drive.screen()
            await drive.until(lambda: "as of" not in drive.screen(), "the network back")

    driven(work)


@pytest.mark.parametrize("fault", ["garbage", "truncated", "nothing"])
def test_garbage_is_no_crash(server: Server, tmp_path: Path, world: World, fault: str) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            world.faults.add(fault, 4)
            await drive.press("enter")
            await drive.until(lambda: not world.faults.lined_up)
            await drive.press("ctrl+l")
            await drive.until(lambda: drive.rows.listing.rows)

    driven(work)


def test_the_token_expires_in_mid_session(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            before = json.loads((tmp_path / "token.json").read_text())
            world.accounts.access.clear()
            await drive.press("enter")
            await drive.until(lambda: drive.rows.listing.rows)
            after = json.loads((tmp_path / "token.json").read_text())
            assert after["refresh_token"] != before["refresh_token"]
            assert len(world.asked("POST", "/api/token")) == 1

    driven(work)


def test_a_revoked_login_is_told_and_not_asked_again(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=60) as drive:
            world.accounts.access.clear()
            world.accounts.refresh.clear()
            await drive.sees("the login at Spotify ended")
            await drive.press("enter", "n", "space")
            await drive.pilot.pause(0.5)
            assert len(world.asked("POST", "/api/token")) == 1

    driven(work)


def test_ctrl_c_in_the_search_box_leaves_with_130(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.type("wat")
            await drive.press("ctrl+c")
            await drive.until(lambda: drive.app._exit)
            assert drive.app.return_code == 130

    driven(work)


def test_ctrl_c_leaves_from_a_dialog(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("question_mark")
            await drive.sees("Esc closes")
            await drive.press("ctrl+c")
            await drive.until(lambda: drive.app._exit)
            assert drive.app.return_code == 130

    driven(work)


def test_help_names_the_keys_as_they_are_set(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", keys={"next": ["x", "]"]}) as drive:
            await drive.press("question_mark")
            await drive.sees("x ]             Next track")
            await drive.press("j", "k", "escape")
            await drive.until(lambda: len(drive.app.screen_stack) == 1)
            await drive.press("x")
            await drive.until(lambda: drive.asked("POST", "/me/player/next"))
            await drive.press("q")
            await drive.until(lambda: drive.app._exit)
            assert drive.app.return_code == 0

    driven(work)


def test_the_command_palette_knows_every_action(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("ctrl+p")
            await drive.type("Devices")
            await drive.sees("Key: d")
            await drive.until(lambda: not any(worker.is_running for worker in drive.app.workers))
            await drive.press("enter", "enter")
            await drive.until(lambda: drive.rows.listing.title == "Devices")

    driven(work)


def test_notices_at_the_start(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            again = RemoteApp(drive.app.remote, "library", notices=["login ends on 2026-12-01"])
            async with again.run_test(size=(80, 24), notifications=True) as pilot:
                other = Drive(again, pilot, world)
                await other.sees("login ends on 2026-12-01")

    driven(work)


def test_an_unknown_theme_is_named(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", looks=False, theme="mauve"):
            pass

    with pytest.raises(ConfigError, match="no theme 'mauve'; there are"):
        driven(work)


def test_a_bug_leaves_the_app_without_showing_its_variables(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:

            def broken() -> None:
                token = "SECRET"  # noqa: F841 - a local variable, as a crash report would show it
                raise ZeroDivisionError

            drive.app.do_next = broken  # type: ignore[method-assign]  # the bug
            await drive.press("n")
            await drive.until(lambda: drive.app.bug)

    with pytest.raises(ZeroDivisionError):
        driven(work)
    shown = capsys.readouterr()
    assert "SECRET" not in shown.out + shown.err
