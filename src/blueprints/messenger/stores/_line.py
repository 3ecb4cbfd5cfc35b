"""Scripts of many tasks over one Redis connection, sent together.

What is asked for while an answer is under way travels in the next packet, so that a busy worker needs few system
calls. A failure of the connection fails everything under way: nothing is sent twice.
"""

from __future__ import annotations

import asyncio
import logging
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redis.exceptions import NoScriptError, RedisError

from blueprints.messenger.stores import Down

if TYPE_CHECKING:
    from redis.asyncio import Redis

FOLDER = Path(__file__).parent / "_lua"
AT_ONCE = 200
log = logging.getLogger(__name__)
DOWN = "The message store cannot be reached."


class Script:
    def __init__(self, name: str) -> None:
        self.source = (FOLDER / "time.lua").read_text() + (FOLDER / f"{name}.lua").read_text()
        self.sha = sha1(self.source.encode(), usedforsecurity=False).hexdigest()


class Line:
    def __init__(self, client: Redis) -> None:
        self.client = client
        self.scripts = {name: Script(name) for name in _names()}
        self.waiting: list[tuple[Script, tuple[Any, ...], asyncio.Future[Any]]] = []
        self.sender: asyncio.Task[None] | None = None

    async def run(self, name: str, *arguments: Any) -> Any:
        """The answer of a script; raises Down."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.waiting.append((self.scripts[name], arguments, future))
        if self.sender is None or self.sender.done():
            self.sender = asyncio.create_task(self._send())
        return await future

    async def _send(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
            try:
                answers = await self._answers(batch)
            except asyncio.CancelledError:
                _cancel(batch)
                raise
            except Exception as error:
                if not isinstance(error, RedisError | OSError):
                    log.exception("the connection to the message store failed")
                answers = [error] * len(batch)  # whatever it was, nobody waits for ever
            for (_, _, future), answer in zip(batch, answers, strict=True):
                _settle(future, answer)

    async def _answers(self, batch: list[tuple[Script, tuple[Any, ...], asyncio.Future[Any]]]) -> list[Any]:
        pipe = self.client.pipeline(transaction=False)
        for script, arguments, _ in batch:
            pipe.execute_command("EVALSHA", script.sha, 0, *arguments)
        answers = await pipe.execute(raise_on_error=False)
        for index, (script, arguments, _) in enumerate(batch):
            if isinstance(answers[index], NoScriptError):  # a Redis that started anew
                answers[index] = await self.client.eval(script.source, 0, *arguments)
        return list(answers)


def _names() -> list[str]:
    return [file.stem for file in FOLDER.glob("*.lua") if file.stem != "time"]


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():  # whoever asked has gone
        return
    if isinstance(answer, Exception):
        down = Down(DOWN)
        down.__cause__ = answer
        future.set_exception(down)
    else:
        future.set_result(answer)


def _cancel(batch: list[tuple[Script, tuple[Any, ...], asyncio.Future[Any]]]) -> None:
    for _, _, future in batch:
        future.cancel()
