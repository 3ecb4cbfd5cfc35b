"""One vote from its start to its result: the lock, the source, the clock, and how it ended."""

import asyncio
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueprints.errors import BlueprintsError
from blueprints.vote import standing
from blueprints.vote.books.database import StoreFailed, translated
from blueprints.vote.books.lock import Lock
from blueprints.vote.books.sessions import Session
from blueprints.vote.core import result
from blueprints.vote.core.result import Standing
from blueprints.vote.desk import BudgetReached, Desk
from blueprints.vote.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable


class Election:
    """Runs once. `standing` may be read at any time; `failure` says why it ended early."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, session: Session, desk: Desk, source: Source
    ) -> None:
        self.connection = connection
        self.path = path
        self.session = session
        self.desk = desk
        self.source = source
        self.state = session.state
        self.failure: BlueprintsError | None = None
        self.on_start: Callable[[], None] = lambda: None
        self._gaps: tuple[int, list[Any]] = (-1, [])

    @property
    def is_over(self) -> bool:
        return self.state not in {result.SCHEDULED, result.RUNNING}

    def standing(self, *, reveal: bool = False) -> Standing:
        return standing.running(self.session, self.desk, self.state, self._known_gaps(), reveal=reveal)

    def _known_gaps(self) -> list[Any]:
        """From the books, asked again only when something changed."""
        if self._gaps[0] != self.desk.version:
            self._gaps = (self.desk.version, list(self.desk.ledger.gaps().values()))
        return self._gaps[1]

    async def run(self) -> None:
        """Count until the end. A cancelled one is written as interrupted, and can be resumed.

        Never raises what ends a vote: `failure` holds it, and `state` says what became of the vote.
        """
        lock = Lock(self.path, self.session.id)
        try:
            with translated(self.path):
                await self._run()
        except BudgetReached as error:
            self._end(result.BUDGET, error)
        except StoreFailed as error:
            self._store_failed(error)
        except BlueprintsError as error:
            self._end(result.ERROR, error)
        except (asyncio.CancelledError, KeyboardInterrupt):
            self._end(result.INTERRUPTED, None)
            raise
        finally:
            self._close()
            lock.release()

    async def _run(self) -> None:
        start_ms = self.session.matcher.window.start_ms or 0
        is_early = start_ms > self.desk.now_ms() and not self.source.is_recorded
        self._set(result.SCHEDULED if is_early else result.RUNNING)
        self.on_start()
        if is_early:
            self.desk.say("waiting for the start")
            await self.desk.wait_until(start_ms)
            self._set(result.RUNNING)
        await self._together(self.source.run(self.desk), self.desk.keep_writing())
        self.desk.say("the vote is over")
        self._end(
            result.ENDED, None, reached_end=not self.desk.is_stopped or self.session.matcher.window.end_ms is None
        )

    async def _together(self, run: Any, keep_writing: Any) -> None:
        """The source, and beside it the writer, whose failure stops the source before more is read."""
        source, writer = asyncio.ensure_future(run), asyncio.ensure_future(keep_writing)
        try:
            await asyncio.wait({source, writer}, return_when=asyncio.FIRST_COMPLETED)
            for task in (writer, source):
                if task.done():
                    task.result()
        finally:
            for task in (source, writer):
                task.cancel()
            await asyncio.gather(source, writer, return_exceptions=True)

    def _set(self, state: str) -> None:
        self.state = state
        self.desk.version += 1
        self.desk.ledger.set_state(state)

    def _end(self, state: str, failure: BlueprintsError | None, *, reached_end: bool = False) -> None:
        """Write what is pending and how it ended; a database that fails now is the failure."""
        self.failure = failure
        ended_ms = self.desk.now_ms()
        try:
            self.desk.commit()
            self.desk.ledger.set_state(state, ended_ms=ended_ms, reached_end=reached_end)
            self.state = state
        except StoreFailed as error:
            self._store_failed(error)
        self.session = replace(self.session, state=self.state, ended_ms=ended_ms, reached_end=reached_end)
        self.desk.version += 1

    def _store_failed(self, failure: StoreFailed) -> None:
        """Show what is written, not what was about to be."""
        self.state, self.failure = result.ERROR, failure
        with suppress(BlueprintsError), translated(self.path):
            self.desk.forget_pending()
        self.desk.version += 1

    def _close(self) -> None:
        if self.desk.recorder is not None:
            with suppress(BlueprintsError):
                self.desk.recorder.close()
