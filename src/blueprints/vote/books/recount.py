"""Ballots, totals and counters worked out again from the audit's rows, in SQL, without what the count wrote."""

import json
import sqlite3
from collections import Counter

from blueprints.vote.books.sessions import Session
from blueprints.vote.core.decisions import COUNTED

Mismatch = tuple[int | None, str]
"""(seq of the row that shows it, if one does; what is wrong)."""

VALID = "decision IN ('counted', 'already_voted', 'earlier_version')"
STANDING = {
    "account": (
        "SELECT author_id, 0, {pick}(post_id) AS post_id FROM seen WHERE session = :session AND {valid} GROUP BY 1"
    ),
    "account-and-tag": (
        "SELECT author_id, named.key + 1, {pick}(post_id) AS post_id FROM seen, json_each(seen.candidates) AS label"
        " JOIN json_each(:labels) AS named ON named.value = label.value"
        " WHERE session = :session AND {valid} GROUP BY 1, 2"
    ),
    "post": (
        "SELECT author_id, (SELECT slot FROM ballots WHERE session = :session AND account = author_id"
        " AND ballots.post_id = seen.post_id), post_id FROM seen WHERE session = :session AND decision = 'counted'"
        " AND post_id NOT IN (SELECT CAST(replaces AS INTEGER) FROM seen WHERE session = :session"
        " AND replaces IS NOT NULL)"
    ),
}
"""The ballots that stand, as (account, slot, post id), from the rows alone."""


def mismatch(connection: sqlite3.Connection, session: Session) -> Mismatch | None:
    """The first difference between the books and the rows; None when there is none."""
    if session.source == "counts":
        return None
    return _ballots(connection, session) or _totals(connection, session) or _counters(connection, session)


def _ballots(connection: sqlite3.Connection, session: Session) -> Mismatch | None:
    rules = session.matcher.rules
    standing = STANDING[rules.one_vote_per].format(pick="MIN" if rules.which == "first" else "MAX", valid=VALID)
    held = "SELECT account, slot, post_id FROM ballots WHERE session = :session"
    labels = json.dumps([one.label for one in session.matcher.candidates])
    values = {"session": session.id, "labels": labels}
    for first, second, why in ((standing, held, "has no ballot"), (held, standing, "has a ballot it should not have")):
        differing_rows = f"SELECT * FROM ({first}) EXCEPT SELECT * FROM ({second})"  # noqa: S608 - our own constants
        query = f"SELECT min(post_id), count(*) FROM ({differing_rows})"  # noqa: S608 - as above
        post_id, differing = connection.execute(query, values).fetchone()
        if differing:
            return _seq(connection, session, post_id), f"post {post_id} {why}"
    return None


def _seq(connection: sqlite3.Connection, session: Session, post_id: int) -> int | None:
    query = "SELECT seq FROM seen WHERE session = ? AND post_id = ?"
    found = connection.execute(query, (session.id, post_id)).fetchone()
    return None if found is None else int(found[0])


def _totals(connection: sqlite3.Connection, session: Session) -> Mismatch | None:
    labels = [one.label for one in session.matcher.candidates]
    votes = [0] * len(labels)
    groups = connection.execute(
        "SELECT ballots.candidates, seen.candidates, CASE WHEN :pairs THEN slot END, count(*), min(seq) FROM ballots"
        " JOIN seen USING (session, post_id) WHERE session = :session GROUP BY 1, 2, 3",
        {"session": session.id, "pairs": session.matcher.rules.one_vote_per == "account-and-tag"},
    )
    for held, named, slot, number, seq in groups:
        indices = [labels.index(label) for label in json.loads(named)] if slot is None else [slot - 1]
        if held != str(indices):
            return seq, f"the ballot of row {seq} names other candidates than the row"
        for index in indices:
            votes[index] += number
    stored = connection.execute(
        "SELECT votes FROM totals WHERE session = ? ORDER BY candidate", (session.id,)
    ).fetchall()
    if [one for (one,) in stored] != votes:
        return None, f"the totals are {[one for (one,) in stored]}, the rows give {votes}"
    return None


def _counters(connection: sqlite3.Connection, session: Session) -> Mismatch | None:
    decisions = Counter(
        dict(connection.execute("SELECT decision, count(*) FROM seen WHERE session = ? GROUP BY 1", (session.id,)))
    )
    counted = decisions.pop(COUNTED, 0)
    ballots, accounts = connection.execute(
        "SELECT count(*), count(DISTINCT account) FROM ballots WHERE session = ?", (session.id,)
    ).fetchone()
    row = session.row
    stored = (row["counted"], json.loads(row["rejected"]), row["ballots"], row["accounts"])
    if stored != (counted, dict(decisions), ballots, accounts):
        return None, "the session's counters are not those of its rows"
    return None
