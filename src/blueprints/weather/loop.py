"""An event loop that ends on time: a name that no server resolves would otherwise keep the process for its thread."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Daemons(ThreadPoolExecutor):
    """Each call in a daemon thread of its own; nothing waits for them at the end."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the future
                future.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to wait for."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """The coroutine's value. Ctrl-C cancels it, so that what it opened is closed, and ends in KeyboardInterrupt."""

    async def on_daemons() -> T:
        asyncio.get_running_loop().set_default_executor(Daemons())
        return await main

    return asyncio.run(on_daemons())
