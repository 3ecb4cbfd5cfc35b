"""The app's lists: searching, walking in and out, paging, filtering."""

import functools
from pathlib import Path

import pytest

from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World

from .driving import Drive, driven, opened

pytestmark = pytest.mark.usefixtures("world")


async def search(drive: Drive, words: str, kind: str = "track") -> None:
    await drive.type(words)
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.rows)
    while drive.app.kinds.chosen != kind:
        await drive.press("right")
    await drive.until(lambda: drive.rows.listing.key == f"search {kind} {words}" and drive.rows.listing.rows)
    await drive.rests()


async def enter(drive: Drive) -> None:
    before = drive.rows.listing
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing is not before)
    await drive.rests()


def test_an_empty_search_is_refused_before_any_request(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.press("enter")
            await drive.sees("the box is empty")
            await drive.type("  ")
            await drive.press("enter")
            assert drive.asked("GET", "/search") == []

    driven(work)


def test_from_words_to_an_artist_an_album_and_back(server: Server, tmp_path: Path) -> None:
    """Back restores list, row and scroll, without asking again."""

    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await search(drive, "hot water", "artist")
            assert "'hot water'" in drive.screen()
            await enter(drive)
            assert "Light It Up (album)" in drive.screen()
            for _ in range(18):
                await drive.press("j")
            await drive.rests()
            here = (drive.rows.listing.cursor, round(drive.rows.scroll_y))
            assert here[1] > 0
            await enter(drive)
            assert "› Hot Water Music ›" in drive.screen()
            asked = len(drive.asked("GET", "/artists")) + len(drive.asked("GET", "/search"))
            await drive.press("backspace")
            await drive.rests()
            assert (drive.rows.listing.cursor, round(drive.rows.scroll_y)) == here
            await drive.press("escape")
            await drive.rests()
            assert drive.rows.listing.current
            assert drive.rows.listing.current.label == "Hot Water Music"
            await enter(drive)
            assert len(drive.asked("GET", "/artists")) + len(drive.asked("GET", "/search")) == asked

    driven(work)


def test_an_artist_with_918_albums(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await search(drive, "hot water", "artist")
            await enter(drive)
            await drive.until(lambda: drive.rows.listing.total == 918)
            await drive.rests()
            albums = drive.asked("GET", "/artists/ar00000000000000000000/albums")
            assert len(albums) <= 3
            assert all(int(one.query["limit"]) <= 10 for one in albums)
            loaded = len(drive.rows.listing.rows)
            assert f"{loaded} of 918" in drive.screen()
            assert loaded <= 30
            await drive.press("end")
            await drive.until(lambda: len(drive.rows.listing.rows) == loaded + 10)
            await drive.rests()
            assert drive.rows.listing.cursor == loaded - 1
            assert len(drive.rows.listing.rows) == loaded + 10

    driven(work)


def test_all_kinds_are_reached_by_keys_and_mouse(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await search(drive, "water")
            for kind in ("artist", "album", "playlist", "show", "episode", "audiobook"):
                await drive.press("right")
                await drive.until(functools.partial(drive.lists, f"search {kind} water"))
                await drive.rests()
                assert drive.rows.listing.total is not None
            await drive.press("left")
            await drive.until(lambda: drive.rows.listing.key == "search episode water")
            await drive.pilot.click("#kinds", offset=(10, 0))
            await drive.until(lambda: drive.rows.listing.key == "search artist water")
            await drive.rests()

    driven(work)


def test_the_library_has_five_shelves(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            assert {one.path for one in drive.asked()} <= {"/v1/me/player", "/v1/me/library/contains"}
            counts = []
            for row in range(5):
                await drive.press(*["down"] * row)
                await enter(drive)
                await drive.until(lambda: drive.rows.listing.rows)
                counts.append(drive.rows.listing.total)
                await drive.press("backspace", "home")
            assert counts == [23, 137, 35, 60, 50]

    driven(work)


def test_cursors_page_the_followed_artists(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("down", "down", "down")
            await enter(drive)
            await drive.press("end")
            await drive.until(lambda: len(drive.rows.listing.rows) == 60)
            asked = drive.asked("GET", "/me/following")
            assert [one.query.get("after") for one in asked] == [None, asked[1].query["after"]]

    driven(work)


def test_filtering_as_you_type(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("down")
            await enter(drive)
            await drive.press("f")
            await drive.type("hot")
            await drive.sees("of 50 loaded match, more not loaded")
            assert all("hot" in f"{row.label} {row.detail}".lower() for row in drive.rows.listing.shown)
            await drive.type("zzz")
            await drive.sees("No loaded row matches.")
            await drive.press("escape")
            await drive.until(lambda: len(drive.rows.listing.shown) >= 50)
            await drive.press("f")
            await drive.type("a")
            await drive.press("enter")
            assert drive.app.focused is drive.rows

    driven(work)


def test_an_empty_list_is_no_crash(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.press("escape")
            for key in ("enter", "down", "end", "pagedown", "home", "up", "P", "z", "l", "f", "escape"):
                await drive.press(key)
            await drive.press("slash")
            await drive.type("xyzzy")
            await drive.press("enter")
            await drive.sees("No track found for 'xyzzy'.")
            for key in ("enter", "end", "pageup", "P", "z"):
                await drive.press(key)
            assert drive.asked("PUT", "/me/player/play") == []

    driven(work)


def test_letters_typed_in_an_input_are_text_and_there_is_a_way_out(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path) as drive:
            await drive.type("q n?<")
            box = drive.app.words_box
            assert box.value == "q n?<"
            assert drive.focused() == "words"
            await drive.press("backspace")
            assert box.value == "q n?"
            await drive.press("escape")
            assert drive.focused() == "rows"
            await drive.press("f2")
            assert drive.focused() == "words"
            await drive.press("down")
            assert drive.focused() == "rows"

    driven(work)


def test_somebody_elses_playlist_is_hidden_and_p_plays_it(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await enter(drive)
            await drive.press("down", "down")
            await enter(drive)
            await drive.sees("it can be")
            await drive.press("P")
            await drive.until(lambda: drive.asked("PUT", "/me/player/play"))
            body = drive.asked("PUT", "/me/player/play")[0].json()
            assert body == {"context_uri": "spotify:playlist:pl00000000000000000002"}

    driven(work)


def test_resizing_while_a_list_loads_keeps_the_selection(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.press("down")
            await drive.press("enter")
            await drive.pilot.resize_terminal(40, 10)
            await drive.until(lambda: drive.rows.listing.rows)
            await drive.press(*["down"] * 7)
            chosen = drive.rows.listing.current
            assert chosen
            await drive.until(lambda: chosen.label[:10] in drive.screen())
            await drive.pilot.resize_terminal(80, 24)
            await drive.rests()
            assert drive.rows.listing.current is chosen
            await drive.until(lambda: chosen.label in drive.screen())
            await drive.pilot.resize_terminal(200, 60)
            await drive.rests()
            assert all(len(line) <= 200 for line in drive.screen().splitlines())

    driven(work)


def test_the_mouse_selects_opens_and_changes_views(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await drive.pilot.click("#rows", offset=(5, 1))
            assert drive.rows.listing.cursor == 1
            await drive.pilot.click("#rows", offset=(5, 1))
            await drive.until(lambda: drive.rows.listing.title == "Liked songs")
            await drive.rests()
            await drive.pilot.click("#rows", offset=(5, 12))
            await drive.pilot.click("#views", offset=(18, 0))
            await drive.until(lambda: drive.rows.listing.title == "Queue" and drive.rows.listing.rows)
            await drive.pilot.click("#views", offset=(60, 0))
            assert drive.rows.listing.title == "Queue"

    driven(work)


def test_a_failing_list_says_so_and_comes_back(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            drive.world.faults.add("error", 3, "/me/tracks")
            await drive.press("down", "enter")
            await drive.sees("Spotify answers 500")
            await drive.until(lambda: drive.rows.listing.rows, "the list after the failure")

    driven(work)


def test_refresh_asks_again(server: Server, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "library") as drive:
            await enter(drive)
            await drive.press("ctrl+l")
            await drive.until(lambda: len(drive.asked("GET", "/me/playlists")) == 2)
            await drive.until(lambda: len(drive.rows.listing.rows) == 23)

    driven(work)


def test_opening_makes_at_most_two_requests(server: Server, tmp_path: Path, world: World) -> None:
    async def work() -> None:
        async with opened(server, tmp_path, "queue") as drive:
            await drive.until(lambda: drive.rows.listing.rows)
        first_list = next(row for row, one in enumerate(world.asked()) if one.path == "/v1/me/player/queue")
        assert first_list < 2

    driven(work)
