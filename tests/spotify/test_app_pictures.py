"""Pictures of each screen; a person looks at them when they change (`--snapshot-update`)."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from blueprints.config.merge import load
from blueprints.spotify.app.remote_app import RemoteApp
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from blueprints.spotify.demonstration import signed_in
from blueprints.spotify.remote import connected

from .driving import Drive

Steps = Callable[[Drive], Awaitable[None]]


async def found(drive: Drive) -> None:
    await drive.type("hot water")
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.rows)


async def album(drive: Drive) -> None:
    await found(drive)
    await drive.press("right")
    await drive.until(lambda: drive.lists("search artist hot water") and drive.rows.listing.rows)
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.total == 918)
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.total == 12)
    await drive.press("down", "down")
    await drive.until(lambda: len(drive.app.likes.known) >= 12)


async def loaded(drive: Drive) -> None:
    await drive.until(lambda: drive.rows.listing.rows)


async def shelf(drive: Drive) -> None:
    await drive.press("down", "enter")
    await drive.until(lambda: len(drive.rows.listing.rows) >= 50 and len(drive.app.likes.known) >= 7)


async def filtered(drive: Drive) -> None:
    await shelf(drive)
    await drive.press("f")
    await drive.type("band")


async def help_(drive: Drive) -> None:
    await drive.press("question_mark")
    await drive.sees("Esc closes")


async def question(drive: Drive) -> None:
    for device in drive.world.player.devices:
        device["is_active"] = False
    await drive.press("n")
    await drive.sees("Enter chooses")


async def hidden(drive: Drive) -> None:
    drive.world.faults.add("forbidden", 9, "/items")
    await drive.press("enter")
    await drive.until(lambda: drive.rows.listing.rows)
    await drive.press("enter")
    await drive.sees("Spotify hides")
    drive.app.clear_notifications()


@pytest.fixture
def app(
    server: Server, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], RemoteApp]]:
    """The app in colour, paused in the middle of Livid, so that nothing moves."""
    monkeypatch.delenv("NO_COLOR")
    world.player.pause(None)
    remote = connected(signed_in(load("spotify", SpotifyConfig), server, tmp_path), patience_s=0)
    yield lambda view: RemoteApp(remote, view)
    remote.web.close()


@pytest.mark.parametrize(
    ("view", "steps", "size"),
    [
        pytest.param("search", found, (80, 24), id="search"),
        pytest.param("search", album, (80, 24), id="album"),
        pytest.param("library", shelf, (200, 60), id="liked-wide"),
        pytest.param("library", shelf, (40, 10), id="liked-small"),
        pytest.param("library", filtered, (80, 24), id="filter"),
        pytest.param("library", hidden, (80, 24), id="hidden"),
        pytest.param("queue", loaded, (80, 24), id="queue"),
        pytest.param("devices", loaded, (80, 24), id="devices"),
        pytest.param("library", help_, (80, 24), id="help"),
        pytest.param("library", question, (80, 24), id="question"),
    ],
)
def test_picture(
    snap_compare: Any, app: Callable[[str], RemoteApp], world: World, view: str, steps: Steps, size: tuple[int, int]
) -> None:
    opened = app(view)

    async def before(pilot: Pilot[Any]) -> None:
        drive = Drive(opened, pilot, world)
        opened.words_box.cursor_blink = opened.filter_box.cursor_blink = False
        await drive.until(lambda: opened.watcher.status is not None)
        await steps(drive)
        await drive.until(lambda: "spotify:track:tr00000000000000000000" in opened.likes.known)
        await drive.rests()
        await pilot.pause(0.2)

    assert snap_compare(opened, terminal_size=size, run_before=before)
