"""The file `weather.sqlite`: last good answers and alerts of each provider for each place, places by name, and pauses.

Every change is one statement, so a kill at any moment leaves a whole file, and many runs may use it at once. A file
that is no database is set aside; where none can be written the memory of this run does. Both are said in `notices`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from blueprints.weather.core.forecast import Alert, Forecast, Place
from blueprints.weather.core.stored import dumped, dumped_alerts, dumped_places, loaded, loaded_alerts, loaded_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    provider TEXT NOT NULL, place TEXT NOT NULL, days INTEGER NOT NULL,
    fetched_at REAL NOT NULL, fresh_until REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (provider, place, days)
);
CREATE TABLE IF NOT EXISTS places (query TEXT PRIMARY KEY, stored_at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS alerts (
    provider TEXT NOT NULL, place TEXT NOT NULL, fetched_at REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (provider, place)
);
CREATE TABLE IF NOT EXISTS holds (provider TEXT PRIMARY KEY, until REAL NOT NULL);
"""
BUSY_S = 10.0
"""How long to wait for another run's change."""


@dataclass(frozen=True)
class StoredAnswer:
    forecast: Forecast
    days: int
    """How many days were asked for."""
    fetched_at: datetime
    fresh_until: datetime


class Store:
    def __init__(self, path: Path | None) -> None:
        """`path` None keeps everything in memory."""
        self.path = path
        self.notices: list[str] = []
        self._connection = self._opened()

    def close(self) -> None:
        self._connection.close()

    def answers(self, provider: str, place: str) -> list[StoredAnswer]:
        """The newest first."""
        rows = self._rows(
            "SELECT days, fetched_at, fresh_until, body FROM answers WHERE provider = ? AND place = ?"
            " ORDER BY fetched_at DESC, days DESC",
            (provider, place),
        )
        found = []
        for days, fetched_at, fresh_until, body in rows:
            forecast = loaded(body)
            if forecast is not None:
                found.append(StoredAnswer(forecast, days, _time(fetched_at), _time(fresh_until)))
        return found

    def keep_answer(self, place: str, answer: StoredAnswer, forget_before: datetime) -> None:
        """File the answer, and drop those fetched before `forget_before`."""
        self._rows("DELETE FROM answers WHERE fetched_at < ?", (forget_before.timestamp(),))
        self._rows(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            (
                answer.forecast.provider,
                place,
                answer.days,
                answer.fetched_at.timestamp(),
                answer.fresh_until.timestamp(),
                dumped(answer.forecast),
            ),
        )

    def alerts(self, provider: str, place: str) -> tuple[datetime, list[Alert]] | None:
        """What the provider warned of when it was last asked, and when that was; None when it never was."""
        rows = self._rows("SELECT fetched_at, body FROM alerts WHERE provider = ? AND place = ?", (provider, place))
        return (_time(rows[0][0]), loaded_alerts(rows[0][1])) if rows else None

    def keep_alerts(self, provider: str, place: str, alerts: Sequence[Alert], now: datetime) -> None:
        self._rows(
            "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)",
            (provider, place, now.timestamp(), dumped_alerts(alerts)),
        )

    def places(self, query: str, since: datetime | None = None) -> list[Place] | None:
        """What the geocoder said to a query; None when it was not asked, or not after `since`."""
        earliest = since.timestamp() if since else 0.0
        rows = self._rows("SELECT body FROM places WHERE query = ? AND stored_at >= ?", (query, earliest))
        return loaded_places(rows[0][0]) if rows else None

    def keep_places(self, query: str, places: list[Place], now: datetime) -> None:
        self._rows("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (query, now.timestamp(), dumped_places(places)))

    def held_until(self, provider: str, now: datetime) -> datetime | None:
        """The end of the provider's pause; None when it may be asked."""
        rows = self._rows("SELECT until FROM holds WHERE provider = ? AND until > ?", (provider, now.timestamp()))
        return _time(rows[0][0]) if rows else None

    def hold(self, provider: str, until: datetime) -> None:
        self._rows("INSERT OR REPLACE INTO holds VALUES (?, ?)", (provider, until.timestamp()))

    def _opened(self) -> sqlite3.Connection:
        if self.path is None:
            return _connected(":memory:")
        try:
            return _connected(str(self.path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                return self._in_memory(error)
        set_aside(self.path, self.notices)
        try:
            return _connected(str(self.path))
        except sqlite3.DatabaseError as error:
            return self._in_memory(error)

    def _in_memory(self, error: Exception) -> sqlite3.Connection:
        self.notices.append(f"the cache cannot be used ({error}): answers are not kept")
        return _connected(":memory:")

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        """The rows; none after a failure, which is said once and never stops an answer."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            self._connection.close()
            self._connection = self._in_memory(error)
        except sqlite3.DatabaseError:
            self._connection.close()
            if self.path is not None:
                set_aside(self.path, self.notices)
            self._connection = self._opened()
        return []


def set_aside(path: Path, notices: list[str]) -> None:
    """Rename a damaged file, so that it can be looked at and a new one made."""
    aside = path.with_name(f"{path.name}.corrupt")
    try:
        path.replace(aside)
        notices.append(f"{path.name} was damaged: set aside as {aside.name}")
    except OSError:  # another run was quicker, or the folder cannot be written, which opening it will tell
        pass


def check(path: Path, notices: list[str]) -> None:
    """Set the file aside if it is there and no database."""
    if not path.exists():
        return
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return
    except sqlite3.DatabaseError:
        set_aside(path, notices)


def _connected(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None)
    try:
        connection.executescript(f"PRAGMA synchronous=OFF; {SCHEMA}")  # a kill is survived; after a power cut, rebuilt
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _time(seconds: float) -> datetime:
    from datetime import UTC

    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
