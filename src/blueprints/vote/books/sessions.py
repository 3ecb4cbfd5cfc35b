"""Sessions: one vote each, found again by number, by name, or as the last one."""

import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.vote.books import lock, seal
from blueprints.vote.books.database import transaction
from blueprints.vote.core import moments, result
from blueprints.vote.core.candidates import Candidate
from blueprints.vote.core.chain import canonical, origin
from blueprints.vote.core.decisions import Matcher
from blueprints.vote.core.rules import Rules, Window


class UnknownSession(BlueprintsError):
    pass


@dataclass(frozen=True)
class Options:
    """What a session was started with that decides about no post."""

    argument: str = ""
    """Of the source: a file for replay."""
    every_s: float = 0.0
    is_hidden: bool = False
    budget_usd: str = "0"
    speed: float | None = None
    """None is as fast as possible."""


@dataclass(frozen=True)
class Session:
    id: int
    name: str | None
    state: str
    source: str
    matcher: Matcher
    options: Options
    origin: dict[str, Any]
    started_ms: int
    committed_ms: int
    ended_ms: int | None
    reached_end: bool
    position: str | None
    head: str
    row: dict[str, Any] = field(repr=False)
    """The columns as stored."""

    @property
    def is_over(self) -> bool:
        return self.state == result.ENDED


def start(
    connection: sqlite3.Connection, *, name: str | None, source: str, matcher: Matcher, options: Options, now_ms: int
) -> Session:
    """A new session, scheduled; its number and rules make the origin of its audit."""
    opened = {"name": name, "source": source, "opened_at": moments.exact(now_ms), **_described(matcher)}
    with transaction(connection):
        number = connection.execute(
            "INSERT INTO sessions (name, state, source, origin, options, head, started_ms, committed_ms)"
            " VALUES (?, ?, ?, '', ?, '', ?, ?)",
            (name, result.SCHEDULED, source, json.dumps(options.__dict__), now_ms, now_ms),
        ).lastrowid
        full = canonical({"session": number, **opened})
        connection.execute("UPDATE sessions SET origin = ?, head = ? WHERE id = ?", (full, origin(full), number))
        connection.executemany(
            "INSERT INTO totals VALUES (?, ?, 0, NULL)", [(number, index) for index in range(len(matcher.candidates))]
        )
        seal.set_seal(connection, int(number or 0))
    return find(connection, str(number))


def _described(matcher: Matcher) -> dict[str, Any]:
    return {
        "rules": matcher.rules.as_dict(),
        "candidates": [{"label": one.label, "tags": list(one.tags)} for one in matcher.candidates],
        "window": {"start": moments.whole(matcher.window.start_ms), "end": moments.whole(matcher.window.end_ms)},
    }


def change_options(connection: sqlite3.Connection, session: Session, options: Options) -> None:
    with transaction(connection):
        stored = json.dumps(options.__dict__)
        connection.execute("UPDATE sessions SET options = ? WHERE id = ?", (stored, session.id))
        seal.set_seal(connection, session.id)


def find(connection: sqlite3.Connection, wanted: str) -> Session:
    """By number, by name (the newest of that name), or `last`; raises UnknownSession naming those there are."""
    values: tuple[Any, ...] = ()
    if wanted == "last":
        query = "SELECT * FROM sessions ORDER BY id DESC LIMIT 1"
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        query, values = "SELECT * FROM sessions WHERE id = ?", (int(wanted),)
    else:
        query, values = "SELECT * FROM sessions WHERE name = ? ORDER BY id DESC LIMIT 1", (wanted,)
    row = _rows(connection, query, values)
    if not row:
        raise UnknownSession(f"no session {wanted}: {existing(connection)}")
    return _session(row[0])


def every(connection: sqlite3.Connection) -> list[Session]:
    return [_session(row) for row in _rows(connection, "SELECT * FROM sessions ORDER BY id", ())]


def existing(connection: sqlite3.Connection, newest: int = 10) -> str:
    """The sessions there are, in words for an error."""
    rows = connection.execute("SELECT id, name FROM sessions ORDER BY id DESC LIMIT ?", (newest + 1,)).fetchall()
    if not rows:
        return "there are none yet"
    named = [f"{number} ({name})" if name else str(number) for number, name in rows[:newest]]
    return f"there are {', '.join(named)}{' and older ones' if len(rows) > newest else ''}"


def shown_state(session: Session, database: Path) -> str:
    """The state; a session that no process runs although it says so was interrupted."""
    if session.state in {result.RUNNING, result.SCHEDULED} and not lock.is_running(database, session.id):
        return result.INTERRUPTED
    return session.state


def _rows(connection: sqlite3.Connection, query: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _session(row: dict[str, Any]) -> Session:
    described = json.loads(row["origin"])
    window = described["window"]
    candidates = tuple(Candidate(one["label"], tuple(one["tags"])) for one in described["candidates"])
    start, end = (None if window[edge] is None else moments.ms(window[edge]) for edge in ("start", "end"))
    return Session(
        id=row["id"],
        name=row["name"],
        state=row["state"],
        source=row["source"],
        matcher=Matcher(Rules(**described["rules"]), candidates, Window(start, end)),
        options=Options(**json.loads(row["options"])),
        origin=described,
        started_ms=row["started_ms"],
        committed_ms=row["committed_ms"],
        ended_ms=row["ended_ms"],
        reached_end=bool(row["reached_end"]),
        position=row["position"],
        head=row["head"],
        row=row,
    )
