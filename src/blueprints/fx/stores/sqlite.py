"""Rates in one SQLite file, `<data dir>/fx.sqlite` unless the address names another."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from blueprints import paths
from blueprints.errors import ConfigError
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.core.published import Published, oldest_first
from blueprints.fx.records import ENTRY_KEYS, Asked, Attempt, Entry, Saved
from blueprints.fx.stores import VERSION
from blueprints.fx.stores._merging import merged

BUSY_S = 2.5
"""How long a read or a small write waits for other writers."""
LONG_BUSY_MS = 30_000
"""How long an update or the seed waits: its writers are many, and each is done in a second."""

TABLES = """
CREATE TABLE rates (source TEXT, date TEXT, base TEXT NOT NULL, rates TEXT NOT NULL, fetched_at TEXT,
    PRIMARY KEY (source, date)) WITHOUT ROWID;
CREATE TABLE asked (source TEXT, date TEXT, used TEXT, at TEXT NOT NULL, PRIMARY KEY (source, date)) WITHOUT ROWID;
CREATE TABLE state (source TEXT PRIMARY KEY, at TEXT NOT NULL, day TEXT NOT NULL, failure TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE log (id INTEGER PRIMARY KEY, at TEXT NOT NULL, amount TEXT, "from" TEXT, "to" TEXT, result TEXT, rate TEXT,
    date TEXT, source TEXT, kind TEXT, file TEXT, rows INTEGER);
CREATE INDEX log_at ON log (at);
"""
OLDEST_FIRST = "SELECT date, base, rates, fetched_at FROM rates WHERE source = ? AND date BETWEEN ? AND ? ORDER BY date"
NEWEST_FIRST = f"{OLDEST_FIRST} DESC"
INSERT = "INSERT INTO rates (source, date, base, rates, fetched_at) VALUES (?, ?, ?, ?, ?)"


class Store:
    """Readers never wait for writers (write-ahead log); writers wait for one another."""

    def __init__(self, address: str) -> None:
        self.path = _path(address)
        with self._translated("open"):
            if self.path.parent == paths.data_dir():
                paths.ensure(self.path.parent)
            self._connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        try:
            with self._translated("open"):
                self._prepare()
        except StoreFailed:
            self.close()
            raise

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StoreFailed(f"the store {self.path} was made by a newer version of blueprints: upgrade blueprints")
        if version == 0:
            self._create()
        self._connection.execute("PRAGMA synchronous = NORMAL")

    def _create(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {LONG_BUSY_MS}")
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self._writing():
            if self._connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in TABLES.strip().split(";\n"):
                    self._connection.execute(statement.rstrip(";"))
                self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def days(
        self, source: str, first: date | None = None, last: date | None = None, *, newest_first: bool = False
    ) -> Iterator[Published]:
        query = NEWEST_FIRST if newest_first else OLDEST_FIRST
        bounds = (str(first or date.min), str(last or date.max))
        with self._translated("read"):
            for day, base, rates, fetched_at in self._connection.execute(query, (source, *bounds)):
                yield Published(date.fromisoformat(day), base, json.loads(rates), fetched_at)

    def span(self, source: str) -> tuple[date, date] | None:
        # Two queries, each one step in the index; both in one would walk over every day.
        first, last = (
            self._one(f"SELECT date FROM rates WHERE source = ? ORDER BY date {order} LIMIT 1", source)  # noqa: S608
            for order in ("ASC", "DESC")
        )
        return (date.fromisoformat(first[0]), date.fromisoformat(last[0])) if first and last else None

    def save(self, source: str, days: Sequence[Published], asked: Sequence[Asked] = ()) -> Saved:
        new = changed = 0
        with self._translated("write"), self._writing(LONG_BUSY_MS):
            for day in oldest_first(days):
                was_there, differs = self._merge(source, day)
                new += not was_there
                changed += was_there and differs
            rows = [(one.source, str(one.date), one.used and str(one.used), one.at.isoformat()) for one in asked]
            self._connection.executemany("REPLACE INTO asked (source, date, used, at) VALUES (?, ?, ?, ?)", rows)
        return Saved(new, changed)

    def _merge(self, source: str, day: Published) -> tuple[bool, bool]:
        """Write one day; whether it was there before, and whether a value of it differs from before."""
        key = (source, str(day.date))
        found = self._connection.execute("SELECT rates FROM rates WHERE source = ? AND date = ?", key).fetchone()
        if found is None:
            self._connection.execute(INSERT, (*key, day.base, _text(day.rates), day.fetched_at))
            return False, True
        rates = merged(json.loads(found[0]), day.rates)
        if rates is not None:
            self._connection.execute(
                "UPDATE rates SET base = ?, rates = ?, fetched_at = ? WHERE source = ? AND date = ?",
                (day.base, _text(rates), day.fetched_at, *key),
            )
        return True, rates is not None

    def seed(self, source: str, days: Sequence[Published], settings: dict[str, str]) -> None:
        rows = [(source, str(day.date), day.base, _text(day.rates), day.fetched_at) for day in oldest_first(days)]
        with self._translated("write"), self._writing(LONG_BUSY_MS):
            self._connection.executemany(f"{INSERT} ON CONFLICT DO NOTHING", rows)
            self._connection.executemany("REPLACE INTO settings (name, value) VALUES (?, ?)", settings.items())

    def asked(self, source: str, on: date) -> Asked | None:
        return _asked(self._one("SELECT * FROM asked WHERE source = ? AND date = ?", source, str(on)))

    def last_answer(self, source: str) -> Asked | None:
        own_day = "SELECT * FROM asked WHERE source = ? AND substr(at, 1, 10) = date ORDER BY date DESC LIMIT 1"
        return _asked(self._one(own_day, source))

    def attempt(self, source: str) -> Attempt | None:
        row = self._one("SELECT at, day, failure FROM state WHERE source = ?", source)
        return Attempt(datetime.fromisoformat(row[0]), row[1], row[2]) if row else None

    def remember(self, source: str, attempt: Attempt | None) -> None:
        with self._translated("write"), self._writing():
            self._connection.execute("DELETE FROM state WHERE source = ?", (source,))
            if attempt is not None:
                row = (source, attempt.at.isoformat(), attempt.day, attempt.failure)
                self._connection.execute("INSERT INTO state (source, at, day, failure) VALUES (?, ?, ?, ?)", row)

    def setting(self, name: str) -> str | None:
        row = self._one("SELECT value FROM settings WHERE name = ?", name)
        return row[0] if row else None

    def set_setting(self, name: str, value: str) -> None:
        with self._translated("write"), self._writing():
            self._connection.execute("REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def log(self, entries: Sequence[Entry], keep: int) -> None:
        columns = ", ".join(f'"{key}"' for key in ENTRY_KEYS)
        marks = ", ".join(f":{key}" for key in ENTRY_KEYS)
        with self._translated("write"), self._writing():
            self._connection.executemany(f"INSERT INTO log ({columns}) VALUES ({marks})", entries)  # noqa: S608
            self._connection.execute("DELETE FROM log WHERE id <= (SELECT max(id) FROM log) - ?", (keep,))

    def logged(self, limit: int, since: str = "") -> list[Entry]:
        columns = ", ".join(f'"{key}"' for key in ENTRY_KEYS)
        query = f"SELECT {columns} FROM log WHERE at >= ? ORDER BY id DESC LIMIT ?"  # noqa: S608 - our own names
        with self._translated("read"):
            rows = self._connection.execute(query, (since, limit)).fetchall()
        return [Entry(**dict(zip(ENTRY_KEYS, row, strict=True))) for row in reversed(rows)]  # type: ignore[typeddict-item]

    def clear_log(self) -> int:
        with self._translated("write"), self._writing():
            return self._connection.execute("DELETE FROM log").rowcount

    def close(self) -> None:
        self._connection.close()

    def _one(self, query: str, *values: str) -> Any:
        with self._translated("read"):
            return self._connection.execute(query, values).fetchone()

    @contextmanager
    def _writing(self, busy_ms: int = int(BUSY_S * 1000)) -> Iterator[None]:
        """One transaction that has the right to write from its start, and is undone if anything fails in it."""
        self._connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _translated(self, act: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"cannot {act} the store {self.path}: {error}") from error


def _path(address: str) -> Path:
    if address == "sqlite":
        return paths.data_dir() / "fx.sqlite"
    prefix, path = address[:10], address[10:]
    if prefix != "sqlite:///" or not path:
        raise ConfigError(f"fx.store: {address!r} is no address of a file: write sqlite:///path/of/the/file")
    return Path(path).expanduser().absolute()


def _text(rates: Any) -> str:
    return json.dumps(rates, separators=(",", ":"))


def _asked(row: Any) -> Asked | None:
    if row is None:
        return None
    source, on, used, at = row
    return Asked(source, date.fromisoformat(on), used and date.fromisoformat(used), datetime.fromisoformat(at))
