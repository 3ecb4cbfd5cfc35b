"""Run a vote, new or resumed, in the form that fits: full screen, text lines or JSON lines."""

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from blueprints import clock, output
from blueprints.errors import BlueprintsError, UsageError
from blueprints.vote import plan
from blueprints.vote.books import sessions
from blueprints.vote.books.database import connect, translated
from blueprints.vote.books.ledger import Ledger
from blueprints.vote.books.lock import Busy, is_running
from blueprints.vote.books.sessions import Options, Session
from blueprints.vote.config import VoteConfig
from blueprints.vote.core import moments, result
from blueprints.vote.desk import Desk
from blueprints.vote.election import Election
from blueprints.vote.recording import Recorder
from blueprints.vote.sources import Task

EXIT_CODES = {result.ENDED: 0, result.BUDGET: 1, result.INTERRUPTED: 130}
SMALLEST_SCREEN = (60, 16)


def run(settings: VoteConfig, tags: Sequence[str], typed: Mapping[str, Any]) -> int:
    """The exit code; raises BlueprintsError for what is wrong before the vote starts, or ended it early."""
    if typed["as_json"] and typed["plain"]:
        raise UsageError("--json and --plain: one of the two")
    path = settings.database_path
    if typed["resume"] is None:
        planned = plan.made(tags, typed, settings)
        _source(settings, planned).prepare()  # before a session is made of it
    connection = connect(path)
    try:
        with translated(path):
            if typed["resume"] is None:
                session, resumed_ms = _started(connection, planned), None
            else:
                session, resumed_ms = _resumed(connection, settings, tags, typed)
            election = _election(connection, settings, session, typed, resumed_ms)
        return _shown(election, typed)
    finally:
        connection.close()


def _source(settings: VoteConfig, planned: plan.Plan) -> Any:
    return plan.source_class(planned.source)(
        Task(settings, planned.matcher, argument=planned.argument, every_s=planned.every_s)
    )


def _started(connection: sqlite3.Connection, planned: plan.Plan) -> Session:
    for text in planned.notices:
        output.notice(text)
    options = Options(
        argument=planned.argument,
        every_s=planned.every_s,
        is_hidden=planned.is_hidden,
        budget_usd=str(planned.budget_usd),
        speed=planned.speed,
    )
    return sessions.start(
        connection,
        name=planned.name,
        source=planned.source,
        matcher=planned.matcher,
        options=options,
        now_ms=moments.of(clock.now()),
    )


def _resumed(
    connection: sqlite3.Connection, settings: VoteConfig, tags: Sequence[str], typed: Mapping[str, Any]
) -> tuple[Session, int]:
    """The session to go on with, and up to when it had written what it heard."""
    given = [plan.flag(option) for option in plan.RULE_OPTIONS if typed[option] is not None]
    if tags or given:
        raise UsageError(
            f"--resume takes all rules from the session: leave out {', '.join(['TAG'] * bool(tags) + given)}"
        )
    session = sessions.find(connection, typed["resume"])
    if is_running(settings.database_path, session.id):
        raise Busy(f"session {session.id} is being run by another process: end that one first")
    if session.is_over:
        raise BlueprintsError(f"session {session.id} has ended and cannot be resumed: {sessions.existing(connection)}")
    options = session.options
    if typed["budget"] is not None:
        options = replace(options, budget_usd=str(plan.checked_budget(typed["budget"])))
    if typed["speed"] is not None:
        options = replace(options, speed=plan.speed(typed["speed"]))
    if options != session.options:
        sessions.change_options(connection, session, options)
    return replace(session, options=options, ended_ms=None), session.committed_ms


def _election(
    connection: sqlite3.Connection,
    settings: VoteConfig,
    session: Session,
    typed: Mapping[str, Any],
    resumed_ms: int | None,
) -> Election:
    ledger = Ledger(connection, settings.database_path, session)
    spending = ledger.spending(settings.prices.by_kind(), Decimal(session.options.budget_usd))
    recorder = Recorder(typed["record"]) if typed["record"] is not None else None
    options = session.options
    task = Task(
        settings,
        session.matcher,
        session.id,
        options.argument,
        options.every_s,
        options.speed,
        session.position,
        resumed_ms,
        settings.database_path,
    )
    source = plan.source_class(session.source)(task)
    source.prepare()
    return Election(connection, settings.database_path, session, Desk(session, ledger, spending, recorder), source)


def _shown(election: Election, typed: Mapping[str, Any]) -> int:
    if typed["as_json"]:
        from blueprints.vote.watch import json_lines

        json_lines(election)
    elif typed["plain"] or not _has_screen():
        from blueprints.vote.watch import text_lines

        text_lines(election)
    else:
        from blueprints.vote.app import VoteApp

        VoteApp(election).watch_vote()
    return _exit_code(election)


def _has_screen() -> bool:
    import shutil

    columns, lines = shutil.get_terminal_size()
    is_large = columns >= SMALLEST_SCREEN[0] and lines >= SMALLEST_SCREEN[1]
    return is_large and all(one.isatty() for one in (sys.stdin, sys.stdout, sys.stderr))  # Textual draws on stderr


def _exit_code(election: Election) -> int:
    """The code of how the vote ended; an error that ended it is raised, after the result was shown."""
    if election.failure is not None:
        raise election.failure
    return EXIT_CODES.get(election.state, 1)
