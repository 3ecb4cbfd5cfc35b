"""What a worker runs: the live API in front, Django's pages behind, both over one live half."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from blueprints import config as configuration
from blueprints import plugins
from blueprints.messenger import bridge
from blueprints.messenger.pages import Pages
from blueprints.messenger.server import GOODBYE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from blueprints.messenger.config import MessengerConfig
    from blueprints.messenger.stores import Store

LIVE = ("/messages", "/stream", "/rooms", "/typing", "/api/")
COLLECT_AFTER = 10_000
"""New objects; Python's own 700 are made by a handful of posts."""
ORPHAN_S = 3.0
"""How long requests may take to finish once the main process is gone."""
STORES = "blueprints.messenger.stores"
log = logging.getLogger(__name__)


class Application:
    def __init__(self, pages: Any, live: Callable[[], Any]) -> None:
        self.pages, self.make = pages, live
        self.api: Any = pages
        self.half: Any = None
        self.tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"].startswith(LIVE):
            await self.api(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._start()
                except Exception as error:
                    log.exception("the messenger cannot start")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self.half, self.api, companions = self.make()
        await self.half.engine.start()
        _calm_the_collector()
        bridge.connect(self.half, loop)
        self.tasks = [asyncio.create_task(companion) for companion in companions]
        _end_with_parent(loop)
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread: only tests
            loop.add_signal_handler(GOODBYE, self.half.engine.hub.shut)

    async def _stop(self) -> None:
        bridge.disconnect()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.half.engine.stop()


def _calm_the_collector() -> None:
    """What is loaded by now stays: looking through it again and again would hold up every reader."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)


def _end_with_parent(loop: asyncio.AbstractEventLoop) -> None:
    """A worker whose main process was killed would keep the port: end with it."""
    parent = multiprocessing.parent_process()
    if parent is None:  # the worker is the main process: only in tests
        return
    sentinel = parent.sentinel

    def end() -> None:
        loop.remove_reader(sentinel)
        for number in (GOODBYE, signal.SIGTERM):
            os.kill(os.getpid(), number)
        loop.call_later(ORPHAN_S, os._exit, 1)

    loop.add_reader(sentinel, end)


def store(config: MessengerConfig) -> Store:
    """The store that the settings name; raises plugins.Broken or Unknown."""
    settings = configuration.load(f"messenger.{config.store}", plugins.module(STORES, config.store).Settings)
    made: Store = plugins.load(STORES, config.store, "Store")(settings, config.capacity, config.replay_events)
    return made


def _halves() -> tuple[Any, ASGIApp, list[Any]]:
    """The live half, its API, and what runs beside them."""
    from django.conf import settings

    from blueprints.messenger import csrf
    from blueprints.messenger.accounts.lookups import Lookups
    from blueprints.messenger.demo import companions
    from blueprints.messenger.live.api import Api, application
    from blueprints.messenger.live.edge import Edge, readable_from
    from blueprints.messenger.live.half import Live
    from blueprints.messenger.live.identity import Identity
    from blueprints.messenger.live.streaming import Streaming

    config: MessengerConfig = settings.SERVICE_CONFIG
    lookups = Lookups()
    half = Live(config, store(config), lookups, lookups.rooms, str(settings.SECRET_KEY).encode())
    identity = Identity(half.sessions, half.tokens, settings.SESSION_COOKIE_NAME, csrf.refusal)
    streaming = Streaming(half.engine, identity, csrf.address, config.max_streams, config.streams_per_address)
    api = application(Api(half.engine, half.chat, identity, lookups, config.max_length), streaming)
    return (
        half,
        Edge(readable_from(api, config.cors_origins), csrf.is_our_host, settings.LOG_REQUESTS),
        companions(half),
    )


def __getattr__(name: str) -> Any:
    """`application`, made when the server asks for it: Django must be set up by then."""
    if name != "application":
        raise AttributeError(name)
    from django.conf import settings
    from django.core.asgi import get_asgi_application

    return Application(Pages(get_asgi_application(), settings.SERVICE.body_limit), _halves)
