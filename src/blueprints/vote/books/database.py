"""The database file: its tables, how it is opened, and its failures in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprints import paths
from blueprints.errors import BlueprintsError

VERSION = 1
BUSY_MS = 10_000
CACHE_KIB = 24_000
"""Pages kept in memory: what lets a vote of a million accounts stay small."""

TABLES = """
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,            -- JSON of everything the first link of the audit hashes
  options TEXT NOT NULL,           -- JSON of what does not decide: budget, pace, hiding
  head TEXT NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0,
  ballots INTEGER NOT NULL DEFAULT 0,
  accounts INTEGER NOT NULL DEFAULT 0,
  counted INTEGER NOT NULL DEFAULT 0,
  replaced INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  malformed INTEGER NOT NULL DEFAULT 0,
  rejected TEXT NOT NULL DEFAULT '{}',
  first_ms INTEGER,
  last_ms INTEGER,
  started_ms INTEGER NOT NULL,     -- when the session was opened
  committed_ms INTEGER NOT NULL,   -- the last moment up to which everything heard is written
  ended_ms INTEGER,
  reached_end INTEGER NOT NULL DEFAULT 0,
  position TEXT,                   -- where the source goes on: a line number, a post id
  seal TEXT NOT NULL DEFAULT ''    -- hash over everything else of the session but its posts and ballots
) STRICT;
CREATE TABLE seen (
  session INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  post_id INTEGER NOT NULL,
  author_id INTEGER,
  created_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  source TEXT NOT NULL,
  hashtags TEXT NOT NULL,
  candidates TEXT NOT NULL,
  decision TEXT NOT NULL,
  replaces TEXT,
  hash TEXT NOT NULL,
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX seen_posts ON seen (session, post_id);
CREATE TABLE ballots (
  session INTEGER NOT NULL,
  account INTEGER NOT NULL,        -- with the slot: the voter's key
  slot INTEGER NOT NULL,           -- 0 the account, candidate + 1 a pair, a post's first version
  post_id INTEGER NOT NULL,
  candidates TEXT NOT NULL,        -- JSON list of indices
  PRIMARY KEY (session, account, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
  session INTEGER NOT NULL,
  candidate INTEGER NOT NULL,
  votes INTEGER NOT NULL,
  as_of TEXT,
  PRIMARY KEY (session, candidate)
) STRICT, WITHOUT ROWID;
CREATE TABLE spending (
  session INTEGER NOT NULL,
  day TEXT NOT NULL,               -- UTC
  kind TEXT NOT NULL,
  units INTEGER NOT NULL,
  usd TEXT NOT NULL,
  PRIMARY KEY (session, day, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE gaps (
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER,
  reason TEXT NOT NULL,
  filled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX gaps_of ON gaps (session);
"""


class StoreFailed(BlueprintsError):
    """The database cannot be used: the disk is full, it is locked, or the file is damaged."""


def connect(path: Path) -> sqlite3.Connection:
    """The open database, made with its folder where it is missing; raises StoreFailed."""
    try:
        paths.ensure(path.parent)
    except OSError as error:
        raise StoreFailed(f"{path}: {error.strerror}") from error
    with translated(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StoreFailed(f"{path} was written by a newer version of blueprints: update, or name another database")
    if version < VERSION:
        path.chmod(0o600)
        with transaction(connection):
            if connection.execute("PRAGMA user_version").fetchone()[0] < VERSION:
                for statement in TABLES.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything inside is written, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's failures, those of the disk under it included, as StoreFailed."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(f"{path}: {error}") from error
