"""Drives the app in a test: keys in, screen and requests out."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from blueprints.config.merge import load
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.remote_app import RemoteApp
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.demo.exchange import Request
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from blueprints.spotify.demonstration import signed_in
from blueprints.spotify.remote import connected

DEADLINE_S = 60.0


class Still(Pace):
    """Timers run, but nothing grows old: what was pressed stays expected until a look shows it."""

    def now(self) -> float:
        return 0.0


@dataclass
class Drive:
    app: RemoteApp
    pilot: Pilot[Any]
    world: World

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*["space" if one == " " else one for one in text])

    async def until(self, is_true: Callable[[], object], what: str = "") -> None:
        """Wait until something is true; the screen is shown where it does not become so."""
        deadline = time.monotonic() + DEADLINE_S
        while not is_true():
            await self.pilot.pause(0.01)
            assert time.monotonic() < deadline, f"{what}\n{self.screen()}\n{[one.path for one in self.world.asked()]}"

    async def sees(self, text: str) -> None:
        await self.until(lambda: text in self.screen(), f"waiting for {text!r}")

    async def rests(self) -> None:
        """Until nothing is under way any more."""
        await self.pilot.pause()
        await self.until(lambda: not self.app.rows.listing.is_loading)
        await self.pilot.pause()

    async def looked(self) -> None:
        """Until no look at the player is under way."""
        await self.until(lambda: self.app.watcher._looking is None or self.app.watcher._looking.done())

    def screen(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def asked(self, method: str = "", path: str = "") -> list[Request]:
        return self.world.asked(method, f"/v1{path}")

    def lists(self, key: str) -> bool:
        return self.app.rows.listing.key == key

    def focused(self) -> str | None:
        return self.app.focused.id if self.app.focused else None

    @property
    def rows(self) -> RowList:
        return self.app.rows


@asynccontextmanager
async def opened(
    server: Server,
    folder: Path,
    view: str = "search",
    *,
    size: tuple[int, int] = (80, 24),
    speed: float = 20,
    pace: Pace | None = None,
    looks: bool = True,
    **changes: Any,
) -> AsyncIterator[Drive]:
    """The app on a login at `server`; `speed` seconds of it pass in one; `looks` waits for all it asks by itself."""
    settings = signed_in(load("spotify", SpotifyConfig, changes), server, folder)
    said: list[str] = []
    remote = connected(settings, patience_s=0, say=said.append)
    app = RemoteApp(remote, view, pace=pace or Pace(speed))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            drive = Drive(app, pilot, server.world)
            if looks:
                await drive.until(lambda: app.watcher.status is not None, "the first look at the player")
                await drive.rests()
                playing = app.rows.playing_uri
                await drive.until(lambda: not playing or playing in app.likes.known, "whether it is liked")
                await drive.looked()
            yield drive
    finally:
        remote.web.close()


def driven(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(_run(work))


async def _run(work: Callable[[], Awaitable[None]]) -> None:
    await work()
