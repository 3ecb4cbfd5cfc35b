"""The books of one running session: what is pending, what is written, and the transaction that makes it so."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from blueprints.vote.books.database import transaction, translated
from blueprints.vote.books.seal import set_seal
from blueprints.vote.books.sessions import Session
from blueprints.vote.core.ballots import Ballot, Voter
from blueprints.vote.core.chain import texts
from blueprints.vote.core.costs import Kind, Spending
from blueprints.vote.core.result import Gap
from blueprints.vote.core.tally import Entry, Tally

BATCH = 500
"""Posts in one transaction, at most."""


class Ledger:
    """Answers for what is stored and what is pending alike; `commit` writes all of it, or nothing."""

    def __init__(self, connection: sqlite3.Connection, path: Path, session: Session) -> None:
        self.connection = connection
        self.path = path
        self.session = session.id
        self.position = session.position
        self.source_totals: dict[int, tuple[int, str | None]] = {}
        """For sources that count elsewhere: candidate -> (votes, as of)."""
        self._entries: list[Entry] = []
        self._received: dict[int, str] = {}
        self._held: dict[Voter, Ballot] = {}
        self._voted: set[int] = set()
        self._spent: dict[tuple[str, Kind], tuple[int, Decimal]] = self._stored_spending()
        self._newest = self._one("SELECT max(post_id) FROM seen WHERE session = ?", session.id) or 0

    def _one(self, query: str, *values: int) -> int | None:
        found = self.connection.execute(query, values).fetchone()
        return None if found is None else found[0]

    def _stored_spending(self) -> dict[tuple[str, Kind], tuple[int, Decimal]]:
        rows = self.connection.execute(
            "SELECT day, kind, units, usd FROM spending WHERE session = ?", (self.session,)
        ).fetchall()
        return {(day, kind): (units, Decimal(usd)) for day, kind, units, usd in rows}

    # what the count asks

    def has_seen(self, post_id: int) -> bool:
        if post_id in self._received:
            return True
        if post_id > self._newest:
            return False
        return self._one("SELECT 1 FROM seen WHERE session = ? AND post_id = ?", self.session, post_id) is not None

    def held(self, voter: Voter) -> Ballot | None:
        pending = self._held.get(voter)
        if pending is not None:
            return pending
        found = self.connection.execute(
            "SELECT post_id, candidates FROM ballots WHERE session = ? AND account = ? AND slot = ?",
            (self.session, *voter),
        ).fetchone()
        return None if found is None else Ballot(found[0], _indices(found[1]))

    def has_voted(self, account: int) -> bool:
        if account in self._voted:
            return True
        query = "SELECT 1 FROM ballots WHERE session = ? AND account = ? LIMIT 1"
        return self._one(query, self.session, account) is not None

    def received_day(self, post_id: int) -> str:
        """UTC day on which a post seen before first arrived."""
        pending = self._received.get(post_id)
        if pending is None:
            query = "SELECT received_at FROM seen WHERE session = ? AND post_id = ?"
            pending = str(self._one(query, self.session, post_id))
        return pending[:10]

    # what the count enters

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._received[entry.row.post_id] = entry.row.received_at
        for voter, ballot in entry.placed:
            self._held[voter] = ballot
            self._voted.add(voter[0])

    def spend(self, day: str, kind: Kind, units: int, usd: Decimal) -> None:
        before = self._spent.get((day, kind), (0, Decimal(0)))
        self._spent[day, kind] = (before[0] + units, before[1] + usd)

    @property
    def is_full(self) -> bool:
        return len(self._entries) >= BATCH

    def spending(self, prices: Mapping[Kind, Decimal], budget_usd: Decimal) -> Spending:
        """What the session has spent, all days together."""
        found = Spending(prices, budget_usd)
        for (_, kind), (units, usd) in self._spent.items():
            found.units[kind] += units
            found.usd += usd
        return found

    def commit(self, tally: Tally, now_ms: int) -> None:
        """Write everything pending as one transaction; raises StoreFailed, and then nothing is written."""
        with self._writing():
            self._write_entries()
            self._write_totals(tally)
            self._write_state(tally, now_ms)
        if self._entries:
            self._newest = max(self._newest, *(entry.row.post_id for entry in self._entries))
        self._entries.clear()
        self._received.clear()
        self._held.clear()
        self._voted.clear()

    def _write_entries(self) -> None:
        number = self.session
        self.connection.executemany(
            "INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, *row[:6], texts(row.hashtags), texts(row.candidates), row.decision, row.replaces, hash_)
                for row, hash_, _ in self._entries
            ],
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO ballots VALUES (?, ?, ?, ?, ?)",
            [(number, *voter, ballot.post_id, str(list(ballot.candidates))) for voter, ballot in self._held.items()],
        )

    def _write_totals(self, tally: Tally) -> None:
        totals = self.source_totals or {index: (votes, None) for index, votes in enumerate(tally.votes)}
        self.connection.executemany(
            "INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)",
            [(self.session, index, votes, as_of) for index, (votes, as_of) in totals.items()],
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO spending VALUES (?, ?, ?, ?, ?)",
            [(self.session, day, kind, units, str(usd)) for (day, kind), (units, usd) in self._spent.items()],
        )

    def _write_state(self, tally: Tally, now_ms: int) -> None:
        self.connection.execute(
            "UPDATE sessions SET head = ?, seq = ?, ballots = ?, accounts = ?, counted = ?, replaced = ?,"
            " duplicate = ?, malformed = ?, rejected = ?, first_ms = ?,"
            " last_ms = ?, committed_ms = ?, position = ? WHERE id = ?",
            (
                tally.head,
                tally.seq,
                tally.ballots,
                tally.accounts,
                tally.counted,
                tally.replaced,
                tally.duplicate,
                tally.malformed,
                json.dumps(tally.rejected),
                tally.first_ms,
                tally.last_ms,
                now_ms,
                self.position,
                self.session,
            ),
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with translated(self.path), transaction(self.connection):
            yield
            set_seal(self.connection, self.session)

    # rare changes, each its own transaction

    def set_state(self, state: str, *, ended_ms: int | None = None, reached_end: bool = False) -> None:
        with self._writing():
            self.connection.execute(
                "UPDATE sessions SET state = ?, ended_ms = ?, reached_end = ? WHERE id = ?",
                (state, ended_ms, reached_end, self.session),
            )

    def open_gap(self, gap: Gap) -> int:
        with self._writing():
            made = self.connection.execute(
                "INSERT INTO gaps (session, start_ms, end_ms, reason, filled) VALUES (?, ?, ?, ?, ?)",
                (self.session, gap.start_ms, gap.end_ms, gap.reason, gap.is_filled),
            )
        return int(made.lastrowid or 0)

    def close_gap(self, number: int, end_ms: int) -> None:
        with self._writing():
            self.connection.execute("UPDATE gaps SET end_ms = ? WHERE id = ?", (end_ms, number))

    def mark_gap(self, number: int, *, filled: bool) -> None:
        with self._writing():
            self.connection.execute("UPDATE gaps SET filled = ? WHERE id = ?", (filled, number))

    def gaps(self) -> dict[int, Gap]:
        return stored_gaps(self.connection, self.session)


@lru_cache(maxsize=1024)
def _indices(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text))


def stored_gaps(connection: sqlite3.Connection, session: int) -> dict[int, Gap]:
    rows = connection.execute(
        "SELECT id, start_ms, end_ms, reason, filled FROM gaps WHERE session = ? ORDER BY start_ms, id", (session,)
    )
    return {number: Gap(start, end, reason, bool(filled)) for number, start, end, reason, filled in rows}


def tally_of(session: Session, ledger: Ledger) -> Tally:
    """The count where the books left it."""
    row = session.row
    votes = ledger.connection.execute(
        "SELECT votes FROM totals WHERE session = ? ORDER BY candidate", (session.id,)
    ).fetchall()
    return Tally(
        session.matcher,
        ledger,
        row["head"],
        seq=row["seq"],
        votes=[one for (one,) in votes],
        ballots=row["ballots"],
        accounts=row["accounts"],
        counted=row["counted"],
        replaced=row["replaced"],
        duplicate=row["duplicate"],
        malformed=row["malformed"],
        rejected=json.loads(row["rejected"]),
        first_ms=row["first_ms"],
        last_ms=row["last_ms"],
    )
