"""What is read from the books afterwards: results, audits and the list of sessions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blueprints import output
from blueprints.errors import BlueprintsError
from blueprints.vote import standing, words
from blueprints.vote.books import audit as trail
from blueprints.vote.books import sessions as register
from blueprints.vote.books.database import connect, translated
from blueprints.vote.books.sessions import Session
from blueprints.vote.config import VoteConfig

LIST_COLUMNS = ("session", "name", "state", "source", "started_at", "ended_at", "votes")
CSV_COLUMNS = ("label", "tags", "votes", "share", "rank", "per_minute")


class AuditFailed(BlueprintsError):
    pass


@contextmanager
def _opened(settings: VoteConfig, wanted: str) -> Iterator[tuple[sqlite3.Connection, Session]]:
    with _database(settings) as connection:
        yield connection, register.find(connection, wanted)


@contextmanager
def _database(settings: VoteConfig) -> Iterator[sqlite3.Connection]:
    path = settings.database_path
    connection = connect(path)
    try:
        with translated(path):
            yield connection
    finally:
        connection.close()


def results(settings: VoteConfig, wanted: str, form: str, *, reveal: bool) -> None:
    """Print one session's result as text, json, csv or plot."""
    with _opened(settings, wanted) as (connection, session):
        found = standing.stored(
            connection, settings.database_path, session, settings.prices.by_kind(), reveal=reveal
        ).as_dict()
    if form == "json":
        output.json(found)
    elif form == "csv":
        output.csv(csv_rows(found), CSV_COLUMNS)
    elif form == "plot":
        from blueprints.vote.plot import bars

        output.line(bars(found))
    else:
        print_result(found)


def csv_rows(shown: words.Result) -> list[dict[str, Any]]:
    return [{**one, "tags": " ".join(one["tags"])} for one in shown["candidates"]]


def print_result(shown: words.Result) -> None:
    """The table of candidates and what there is to say about the vote."""
    rows = [_row(one) for one in shown["candidates"]]
    output.table(
        rows, ("candidate", "votes", "share", "rank", "per minute"), right=("votes", "share", "rank", "per minute")
    )
    output.line()
    for text in words.summary(shown):
        output.line(text)


def _row(one: words.Result) -> tuple[Any, ...]:
    label = one["label"] + (f" (as of {one['as_of'][11:19]})" if one.get("as_of") else "")
    share = None if one["share"] is None else f"{one['share']:.1%}"
    return label, one["votes"], share, one["rank"], one["per_minute"]


def audit(
    settings: VoteConfig,
    wanted: str,
    form: str,
    *,
    post_id: int | None,
    decision: str | None,
    verify_only: bool,
    head: str | None,
) -> None:
    """Verify, say so, print the rows asked for; raises AuditFailed when something is wrong."""
    with _opened(settings, wanted) as (connection, session):
        verdict = trail.verify(connection, session, head)
        _print_verdict(session, verdict, form)
        if not verify_only:
            _refuse_hidden(settings, connection, session)
            _print_rows(trail.rows(connection, session, post_id=post_id, decision=decision), form)
    if not verdict.is_good:
        raise AuditFailed(f"the audit of session {session.id} does not hold: {verdict.why}{_at(verdict)}")


def _at(verdict: trail.Verdict) -> str:
    return "" if verdict.bad_seq is None else f" (first bad seq: {verdict.bad_seq})"


def _print_verdict(session: Session, verdict: trail.Verdict, form: str) -> None:
    shown = {
        "session": session.id,
        "verified": verdict.is_verified,
        "head": verdict.head,
        "recomputed": verdict.is_recomputed,
    }
    if verdict.bad_seq is not None:
        shown["bad_seq"] = verdict.bad_seq
    if form == "json":
        output.json_line(shown)
    elif form == "text":
        rows = session.row["seq"]
        said = (
            "verified: the chain is whole, and gives the totals" if verdict.is_good else f"NOT verified: {verdict.why}"
        )
        output.line(f"Session {session.id}, {output.counted(rows, 'post')}, {said}")
        output.line(f"Head: {verdict.head}")


def _refuse_hidden(settings: VoteConfig, connection: sqlite3.Connection, session: Session) -> None:
    """The rows would show what the vote hides until its end."""
    found = standing.stored(connection, settings.database_path, session, settings.prices.by_kind())
    if found.is_hidden:
        raise BlueprintsError(f"session {session.id} hides its result until its end: only --verify works before")


def _print_rows(rows: Iterator[dict[str, Any]], form: str) -> None:
    if form == "json":
        for row in rows:
            output.json_line(row)
    elif form == "csv":
        output.csv(map(_cells, rows), trail.COLUMNS)
    else:
        shown = ("seq", "post_id", "author_id", "created_at", "hashtags", "decision", "replaces")
        output.table([tuple(_cells(row)[name] for name in shown) for row in rows], shown, right=("seq",))


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hashtags": " ".join(row["hashtags"]), "candidates": " ".join(row["candidates"])}


def sessions(settings: VoteConfig, *, as_json: bool) -> None:
    with _database(settings) as connection:
        rows = [_listed(connection, settings, session) for session in register.every(connection)]
    if as_json:
        output.json(rows)
        return
    table = [tuple(row.values()) for row in rows]
    output.table(table, LIST_COLUMNS, right=("session", "votes"), empty="No sessions yet.")


def _listed(connection: sqlite3.Connection, settings: VoteConfig, session: Session) -> dict[str, Any]:
    prices = settings.prices.by_kind()
    found = standing.stored(connection, settings.database_path, session, prices).as_dict()
    return {name: found[name] for name in LIST_COLUMNS}
