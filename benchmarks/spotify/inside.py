"""The app without a terminal, beside the fake in the same process, on a clock that can run faster."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from blueprints.config.merge import load
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.remote_app import RemoteApp
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from blueprints.spotify.demonstration import signed_in
from blueprints.spotify.remote import connected


@dataclass
class Inside:
    app: RemoteApp
    pilot: Pilot[Any]
    world: World
    pace: Pace

    async def until(self, is_true: Any, timeout_s: float = 20.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_true():
            await asyncio.sleep(0.01)
            if time.monotonic() > deadline:
                raise TimeoutError


@asynccontextmanager
async def opened(speed: float, view: str = "library") -> AsyncIterator[Inside]:
    """The app has looked at the player once; fake and app count the same, faster seconds."""
    pace = Pace(speed)
    offset = time.time() - pace.now()
    world = World(lambda: pace.now() + offset)
    world.play_something()
    with Server(world) as server, tempfile.TemporaryDirectory() as folder:
        os.environ["BLUEPRINTS_HOME"] = folder
        settings = signed_in(load("spotify", SpotifyConfig), server, Path(folder))
        remote = connected(settings, patience_s=0, say=lambda _text: None)
        remote.web.pause = lambda seconds: time.sleep(pace.real(seconds))  # type: ignore[method-assign]  # faster too
        for grant in world.accounts.access.values():
            grant.expires_at = float("inf")
        app = RemoteApp(remote, view, pace=pace)
        async with app.run_test(size=(120, 40)) as pilot:
            inside = Inside(app, pilot, world, pace)
            await inside.until(lambda: app.watcher.status is not None)
            yield inside
        remote.web.close()
