"""The audit of a session: its rows, and the proof that they and the totals belong together."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprints.vote.books import recount
from blueprints.vote.books.seal import seal
from blueprints.vote.books.sessions import Session
from blueprints.vote.core import moments
from blueprints.vote.core.chain import Row, link, origin, texts
from blueprints.vote.core.decisions import ALREADY_VOTED, COUNTED, EARLIER_VERSION, QUOTE, REPOST
from blueprints.vote.core.posts import Post

COLUMNS = (
    "seq",
    "post_id",
    "author_id",
    "created_at",
    "received_at",
    "source",
    "hashtags",
    "candidates",
    "decision",
    "replaces",
    "hash",
)


@dataclass(frozen=True)
class Verdict:
    is_verified: bool
    """The chain is whole: no row altered, none missing."""
    is_recomputed: bool
    """Ballots, totals and counters are those that the rows give."""
    head: str
    bad_seq: int | None = None
    why: str = ""

    @property
    def is_good(self) -> bool:
        return self.is_verified and self.is_recomputed


class Broken(Exception):
    def __init__(self, seq: int | None, why: str) -> None:
        super().__init__(why)
        self.seq = seq
        self.why = why


def rows(
    connection: sqlite3.Connection, session: Session, *, post_id: int | None = None, decision: str | None = None
) -> Iterator[dict[str, Any]]:
    """The rows in their order as `audit --json` shows them, all or those of one post or one decision."""
    query, values = "SELECT * FROM seen WHERE session = ?", [session.id]
    wanted: list[Any] = list(values)
    for column, value in (("post_id", post_id), ("decision", decision)):
        if value is not None:
            query += f" AND {column} = ?"  # the columns are the two above
            wanted.append(value)
    for stored in connection.execute(f"{query} ORDER BY seq", wanted):
        row = _row(stored)
        yield {**row.as_dict(), "hash": stored[-1]}


def _row(stored: tuple[Any, ...]) -> Row:
    return Row._make([*stored[1:7], tuple(json.loads(stored[7])), tuple(json.loads(stored[8])), *stored[9:11]])


def verify(connection: sqlite3.Connection, session: Session, head: str | None = None) -> Verdict:
    """Check the file, every link, every decision that the row itself explains, and the totals."""
    stored_head = session.head
    try:
        _check_file(connection)
        _check_chain(connection, session)
        _check_head(session, head)
        _check_seal(connection, session)
    except Broken as broken:
        return Verdict(False, False, stored_head, broken.seq, broken.why)
    mismatch = recount.mismatch(connection, session)
    if mismatch is not None:
        return Verdict(True, False, stored_head, *mismatch)
    return Verdict(True, True, stored_head)


def _check_file(connection: sqlite3.Connection) -> None:
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Broken(None, f"the database file is damaged: {found}")


def _check_chain(connection: sqlite3.Connection, session: Session) -> None:
    previous = origin(session.row["origin"])
    seq = 0
    for stored in connection.execute("SELECT * FROM seen WHERE session = ? ORDER BY seq", (session.id,)):
        seq += 1
        if stored[1] != seq:
            raise Broken(seq, f"row {seq} is missing")
        previous = _checked(stored, previous, session)
    if session.row["seq"] != seq:
        raise Broken(seq + 1, f"the session has {session.row['seq']} rows, {seq} are there")
    if session.head != previous:
        raise Broken(seq, "the session's head is not the last row's hash, or its rules were altered")


def _checked(stored: tuple[Any, ...], previous: str, session: Session) -> str:
    seq = stored[1]
    try:
        row = _row(stored)
        canonical = all(
            texts(values) == text for values, text in ((row.hashtags, stored[7]), (row.candidates, stored[8]))
        )
    except (ValueError, TypeError) as error:
        raise Broken(seq, f"row {seq} is altered: {error}") from error
    if not canonical or link(previous, row) != stored[11]:
        raise Broken(seq, f"row {seq} is altered: its hash does not follow")
    _check_decision(row, session)
    return str(stored[11])


def _check_decision(row: Row, session: Session) -> None:
    """The parts of a decision that the row shows must be what the rules say."""
    matcher = session.matcher
    named = matcher.keyed(row.hashtags)
    labels = tuple(matcher.candidates[index].label for index in named)
    by_rule = not labels and matcher.rules.reposts
    if row.candidates != labels and not by_rule:
        raise Broken(row.seq, f"row {row.seq} names candidates that its hashtags do not")
    if by_rule:
        known = {one.label: index for index, one in enumerate(matcher.candidates)}
        named = tuple(known[label] for label in row.candidates if label in known)
    post = Post(row.post_id, row.author_id, moments.ms(row.created_at), row.hashtags, ())
    expected = matcher.rejection(post, named)
    allowed = {expected} if expected is not None else {COUNTED, ALREADY_VOTED, EARLIER_VERSION}
    if matcher.window.holds(post.created_ms):
        allowed |= {REPOST} if not matcher.rules.reposts else set()
        allowed |= {QUOTE} if not matcher.rules.quotes else set()
    if row.decision not in allowed:
        raise Broken(
            row.seq, f"row {row.seq} says {row.decision}, the rules say {' or '.join(sorted(map(str, allowed)))}"
        )


def _check_head(session: Session, head: str | None) -> None:
    if head is not None and head.lower() != session.head:
        raise Broken(session.row["seq"], "the head is not the one given: rows were added, removed or rewritten since")


def _check_seal(connection: sqlite3.Connection, session: Session) -> None:
    if seal(connection, session.id) != session.row["seal"]:
        raise Broken(None, "the session's own record, its totals, money or gaps were altered")
