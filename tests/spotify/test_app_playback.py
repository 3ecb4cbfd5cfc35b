"""The app's playback: what keys send, what shows at once, how rarely Spotify is asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual import events

from blueprints.spotify.app.watch import Watch
from blueprints.spotify.demo.exchange import Reply, Request
from blueprints.spotify.demo.player import device
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from blueprints.terminal import UNSAFE

from .conftest import Moment
from .driving import Drive, Still, driven, opened

pytestmark = pytest.mark.usefixtures("world")
ALBUM = "spotify:album:al00000000000000000000"


async def open_album(drive: Drive) -> None:
    await drive.press("escape", "w", "down", "down", "enter")
    await drive.until(lambda: drive.rows.listing.title == "Saved albums" and drive.rows.listing.rows)
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.title == "Light It Up" and drive.rows.listing.rows)
    await drive.rests()


def test_an_album_track_is_played_inside_its_album(server: Server, tmp_path: Path, moment: Moment) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await open_album(drive)
            await drive.press("down", "down", "enter")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            track = "spotify:track:tr00000000000000000002"
            body = drive.asked("PUT", "/me/player/play")[0].json()
            assert body == {"context_uri": ALBUM, "offset": {"uri": track}}
            await drive.sees("Playing Never Going Back")
            await drive.sees("▶ Never Going Back - Hot Water Music")
            moment.pass_by(190)
            await drive.sees("▶ The Rain Is Electric")

    driven(work)


@pytest.mark.parametrize(
    ("keys", "body"),
    [
        (["P"], {"context_uri": "spotify:album:al00000000000000000000"}),
        (["backspace", "P"], {"context_uri": "spotify:album:al00000000000000000000"}),
    ],
)
def test_playing_the_whole_list(server: Server, tmp_path: Path, keys: list[str], body: dict[str, str]) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await open_album(drive)
            await drive.press(*keys)
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            assert drive.asked("PUT", "/me/player/play")[0].json() == body

    driven(work)


def test_liked_songs_are_played_as_a_list_so_that_the_music_goes_on(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("down", "enter")
            await drive.until(lambda: len(drive.rows.listing.rows) >= 50)
            await drive.press("down", "enter")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            sent = drive.asked("PUT", "/me/player/play")[0].json()["uris"]
            assert sent == drive.world.library.tracks[1 : 1 + len(sent)]
            assert len(sent) >= 49

    driven(work)


def test_a_found_track_is_played_inside_its_album(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.type("livid")
            await drive.press("enter")
            await drive.until(lambda: drive.rows.listing.rows)
            await drive.press("enter")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            assert drive.asked("PUT", "/me/player/play")[0].json()["context_uri"] == ALBUM

    driven(work)


def test_play_and_pause_show_at_once(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=1) as drive:
            await drive.press("space")
            assert drive.app.watcher.status
            assert not drive.app.watcher.status["is_playing"]
            await drive.sees("‖ Livid")
            await drive.until(lambda: drive.asked("PUT", "/me/player/pause"))
            await drive.press("space")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            await drive.sees("▶ Livid")

    driven(work)


class Stubborn(dict[str, Any]):
    """A device that keeps telling the old value, as Spotify does for a while."""

    def __setitem__(self, name: str, value: Any) -> None:
        pass


def test_ten_presses_of_volume_are_merged_and_never_jump_back(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", pace=Still()) as drive:
            await drive.press("minus")
            await drive.until(lambda: drive.asked("PUT", "/me/player/volume"))
            await drive.until(lambda: drive.world.player.devices[0]["volume_percent"] == 64)
            drive.world.player.devices[0] = Stubborn(drive.world.player.devices[0], volume_percent=69)
            drive.app.steering.volume_by(5)
            shown = []
            for _ in range(10):  # faster than keys on a slow machine
                drive.app.do_quieter()
                assert drive.app.watcher.status
                shown.append(drive.app.watcher.status["device"]["volume_percent"])
            assert shown == [64, 59, 54, 49, 44, 39, 34, 29, 24, 19]
            await drive.until(lambda: len(drive.asked("PUT", "/me/player/volume")) == 2)
            assert drive.asked("PUT", "/me/player/volume")[1].query["volume_percent"] == "19"
            before = looks(drive)
            await drive.until(lambda: looks(drive) > before + 1)
            await drive.looked()
            await drive.sees("vol 19")
            assert len(drive.asked("PUT", "/me/player/volume")) == 2

    driven(work)


def test_presses_of_seek_are_merged(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", pace=Still()) as drive:
            for _ in range(10):  # faster than keys on a slow machine
                drive.app.do_seek_forward()
            await drive.sees("1:5")
            await drive.until(lambda: drive.asked("PUT", "/me/player/seek"))
            sent = int(drive.asked("PUT", "/me/player/seek")[0].query["position_ms"])
            assert sent >= 111_000
            await drive.press("less_than_sign")
            await drive.until(lambda: len(drive.asked("PUT", "/me/player/seek")) == 2)
            assert int(drive.asked("PUT", "/me/player/seek")[1].query["position_ms"]) < sent + 60_000

    driven(work)


def test_the_bar_is_clicked_to_move(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.pilot.click("#now", offset=(40, 1))
            await drive.pilot.click("#now", offset=(40, 3))
            await drive.until(lambda: drive.asked("PUT", "/me/player/seek"))
            assert 105_000 <= int(drive.asked("PUT", "/me/player/seek")[0].query["position_ms"]) <= 130_000

    driven(work)


def test_shuffle_repeat_next_previous(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", pace=Still()) as drive:
            await drive.press("s", "r", "r", "n", "p")
            await drive.sees("shuffle repeat 1 vol 69")
            await drive.until(lambda: drive.asked("POST", "/me/player/previous"))
            order = [one.path.rpartition("/")[2] for one in drive.asked() if one.method != "GET"]
            assert order == ["shuffle", "repeat", "repeat", "next", "previous"]

    driven(work)


def test_a_device_without_volume_says_so_without_a_request(server: Server, tmp_path: Path, world: World) -> None:
    world.player.transfer({"device_ids": ["d-amp"]})

    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("plus")
            await drive.sees("Living Room Amplifier has no volume control.")
            assert drive.asked("PUT") == []

    driven(work)


def test_queue_and_devices(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await open_album(drive)
            await drive.press("down", "z")
            await drive.sees("Queued Complicated")
            await drive.press("u")
            await drive.until(lambda: drive.rows.listing.title == "Queue" and len(drive.rows.listing.rows) > 2)
            assert drive.rows.listing.rows[1].label == "Complicated - [3:02]"
            await drive.press("d")
            await drive.until(lambda: drive.rows.listing.title == "Devices" and drive.rows.listing.rows)
            await drive.press("down", "enter")
            await drive.sees("Moved to Kitchen")
            await drive.sees("on Kitchen")
            await drive.press("down", "down", "enter")
            await drive.sees("Spotify forbids remote commands to Television")
            await drive.press("backspace")
            assert drive.app.trail.view == "queue"

    driven(work)


def test_a_narrow_list_of_devices_says_which_is_active(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, size=(60, 20)) as drive:
            await drive.press("escape", "d")
            await drive.until(lambda: drive.rows.listing.title == "Devices" and drive.rows.listing.rows)
            await drive.sees("active · Computer")

    driven(work)


def test_names_cannot_steer_the_terminal(server: Server, tmp_path: Path, world: World) -> None:
    world.player.devices[1]["name"] = "Den\x1b[31m\u202e\x9bx"

    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.press("escape", "d")
            await drive.until(lambda: drive.rows.listing.title == "Devices" and drive.rows.listing.rows)
            await drive.sees("Den\\x1b[31m\\u202e\\x9bx")
            assert not UNSAFE.search(drive.screen().replace("\n", ""))

    driven(work)


def test_without_an_active_device_the_user_is_asked(server: Server, tmp_path: Path, world: World) -> None:
    world.player.devices = [device("Kitchen", "Speaker", "d-1"), device("Laptop", "Computer", "d-2")]
    world.player.is_playing = False

    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            assert "Nothing is playing" in drive.screen()
            await open_album(drive)
            await drive.press("enter")
            await drive.sees("No device is active. Play on")
            await drive.press("down", "up", "down", "enter")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            assert drive.asked("PUT", "/me/player/play")[0].query == {"device_id": "d-2"}
            await drive.sees("on Laptop")
            assert drive.asked("PUT", "/me/player")[0].json() == {"device_ids": ["d-2"]}

    driven(work)


def test_the_question_for_a_device_can_be_left(server: Server, tmp_path: Path, world: World) -> None:
    world.player.devices = [device("Kitchen", "Speaker", "d-1"), device("Laptop", "Computer", "d-2")]
    world.player.is_playing = False

    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("n")
            await drive.sees("No device is active. Play on")
            await drive.press("escape")
            await drive.until(lambda: len(drive.app.screen_stack) == 1)
            await drive.press("plus")
            await drive.sees("d lists the devices")
            await drive.press("n")
            await drive.sees("No device is active. Play on")
            await drive.pilot.click("#choices", offset=(5, 1))
            await drive.pilot.click("#choices", offset=(5, 1))
            await drive.until(lambda: drive.asked("PUT", "/me/player"))

    driven(work)


def test_like_and_unlike_is_asked_once_per_item(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await open_album(drive)
            await drive.until(lambda: len(drive.app.likes.known) >= 12, "liked state of all rows")
            asked = len(drive.asked("GET", "/me/library/contains"))
            await drive.press("down", "l")
            await drive.until(lambda: drive.asked("PUT", "/me/library"))
            await drive.sees(" ♥ Complicated")
            await drive.press("l")
            await drive.until(lambda: drive.asked("DELETE", "/me/library"))
            looks = len(drive.asked("GET", "/me/player"))
            await drive.until(lambda: len(drive.asked("GET", "/me/player")) > looks + 2)
            assert len(drive.asked("GET", "/me/library/contains")) == asked
            drive.world.faults.add("error", 1, "/me/library", "PUT")
            await drive.press("l")
            await drive.sees("Spotify answers 500")
            assert " ♥ Complicated" not in drive.screen()

    driven(work)


def test_an_advertisement_and_an_episode_are_drawn(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            world.player.advertisement = True
            await drive.sees("▶ Advertisement")
            world.player.advertisement = False
            world.player.play(None, {"uris": ["spotify:episode:ep00000000000000000000"]})
            await drive.sees("1:30:32")

    driven(work)


def looks(drive: Drive) -> int:
    return len([one for one in drive.asked("GET", "/me/player") if one.path == "/v1/me/player"])


def test_polling_stops_while_paused_or_blurred(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=50) as drive:
            await drive.until(lambda: looks(drive) >= 4, "polls while playing")
            drive.app.post_message(events.AppBlur())
            await drive.until(lambda: not drive.app.watcher.is_focused)
            await drive.looked()
            blurred = looks(drive)
            await drive.pilot.pause(0.5)
            assert looks(drive) == blurred
            world.player.pause(None)
            drive.app.post_message(events.AppFocus())
            await drive.until(lambda: looks(drive) == blurred + 1)
            await drive.sees("‖ Livid")
            await drive.looked()
            await drive.pilot.pause(0.5)
            assert looks(drive) == blurred + 1
            await drive.press("j")
            await drive.until(lambda: looks(drive) == blurred + 2)

    driven(work)


def test_the_next_track_is_noticed_a_second_after_the_end(
    server: Server, tmp_path: Path, world: World, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment.pass_by(172)  # 2 s before the end
    handle, planned, soon = world.handle, [], Watch.soon

    def handled(request: Request) -> Reply:
        reply = handle(request)
        if request.path == "/v1/me/player":
            moment.pass_by(3.1)  # what the app waits, however long that takes here
        return reply

    def noted(self: Watch, seconds: float) -> None:
        planned.append(seconds)
        soon(self, seconds)

    monkeypatch.setattr(world, "handle", handled)
    monkeypatch.setattr(Watch, "soon", noted)

    async def work() -> None:
        async with opened(server, tmp_path, "library", speed=20) as drive:
            await drive.sees("▶ Complicated")
            told = [one.reply.body for one in world.log if one.request.path == "/v1/me/player"]
            assert [json.loads(body)["item"]["name"] for body in told[:2]] == ["Livid", "Complicated"]
            assert planned[0] == pytest.approx(3, abs=0.1)

    driven(work)
