"""From Django's threads to the live half of the same process.

Pages read and post through the same `Chat` as the API, on the event loop. Where no live half runs, as in `manage`
commands, there is nobody to tell: the workers notice by themselves once what they know has aged.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from blueprints.messenger.core.refusals import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from blueprints.messenger.live.half import Live

T = TypeVar("T")
PATIENCE_S = 5.0
log = logging.getLogger(__name__)
_link: tuple[Live, asyncio.AbstractEventLoop] | None = None


def connect(live: Live, loop: asyncio.AbstractEventLoop) -> None:
    global _link
    _link = (live, loop)


def disconnect() -> None:
    global _link
    _link = None


def live() -> Live:
    """The live half of this process; raises Unavailable."""
    if _link is None:
        raise Unavailable("The live half of the messenger does not run here.")
    return _link[0]


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of work on the event loop, asked for by another thread. Raises what it raises, or Unavailable."""
    if _link is None:
        work.close()
        raise Unavailable("The live half of the messenger does not run here.")
    future = asyncio.run_coroutine_threadsafe(work, _link[1])
    try:
        return future.result(PATIENCE_S)
    except TimeoutError as error:
        future.cancel()
        raise Unavailable("The message store does not answer.") from error


def tell(notice: dict[str, Any]) -> None:
    """Tell all workers; where that fails they learn it when their knowledge has aged."""
    if _link is None:
        return
    try:
        run(_link[0].store.tell(notice))
    except Refused as error:
        log.warning("a notice of kind %s reached nobody: %s", notice["kind"], error)
        _link[1].call_soon_threadsafe(_link[0].engine.hear, notice)


def delete_all(account: str) -> None:
    """Delete the live messages of an account that ends."""
    if _link is None:
        return
    try:
        run(_link[0].chat.delete_all(account))
    except Refused as error:
        log.warning("messages of a deleted account stay until their deadline: %s", error)
