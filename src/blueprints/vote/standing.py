"""A session's result, from the books or from a vote that is running."""

import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints import clock
from blueprints.vote.books.ledger import Ledger, stored_gaps, tally_of
from blueprints.vote.books.sessions import Session, shown_state
from blueprints.vote.core import moments, result
from blueprints.vote.core.costs import Kind, Spending
from blueprints.vote.core.result import Gap, Standing
from blueprints.vote.core.rules import Window
from blueprints.vote.core.tally import Tally

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk

RECORDED = frozenset({"replay"})
"""Sources whose time is that of the recording."""
OVER = frozenset({result.ENDED, result.BUDGET, result.ERROR})


def stored(
    connection: sqlite3.Connection,
    path: Path,
    session: Session,
    prices: Mapping[Kind, Decimal],
    *,
    reveal: bool = False,
) -> Standing:
    """The result as the books have it; `reveal` shows what a vote hides until its end."""
    ledger = Ledger(connection, path, session)
    spending = ledger.spending(prices, Decimal(session.options.budget_usd))
    state = shown_state(session, path)
    gaps = list(stored_gaps(connection, session.id).values())
    as_of = [
        row[0]
        for row in connection.execute("SELECT as_of FROM totals WHERE session = ? ORDER BY candidate", (session.id,))
    ]
    return _standing(session, tally_of(session, ledger), spending, gaps, state, as_of, reveal=reveal)


def running(session: Session, desk: "Desk", state: str, gaps: list[Gap], *, reveal: bool = False) -> Standing:
    """The result at this moment, posts included that are not written yet."""
    totals = desk.ledger.source_totals
    as_of = [totals.get(index, (0, None))[1] for index in range(len(session.matcher.candidates))]
    return _standing(session, desk.tally, desk.spending, gaps, state, as_of, reveal=reveal)


def _standing(
    session: Session,
    tally: Tally,
    spending: Spending,
    gaps: list[Gap],
    state: str,
    as_of: list[str | None],
    *,
    reveal: bool,
) -> Standing:
    sees_posts = session.source != "counts"
    window = _window(session, tally, state)
    return Standing(
        session=session.id,
        name=session.name,
        state=state,
        source=session.source,
        rules=session.matcher.rules,
        candidates=session.matcher.candidates,
        window=window,
        ended_ms=_ended_ms(session, tally, state),
        elapsed_s=_elapsed_s(session, tally, window),
        votes=tally.votes,
        ballots=tally.ballots,
        accounts=tally.accounts if sees_posts else None,
        posts={
            "seen": tally.seq,
            "counted": tally.counted,
            "replaced": tally.replaced,
            "duplicate": tally.duplicate,
            "malformed": tally.malformed,
            "rejected": dict(tally.rejected),
        },
        cost=spending.as_dict(),
        head=tally.head,
        gaps=gaps,
        is_hidden=session.options.is_hidden and not reveal and state not in OVER,
        as_of=() if sees_posts else as_of,
        reached_end=session.reached_end,
    )


def _window(session: Session, tally: Tally, state: str) -> Window:
    """The window as applied; a recording read whole shows its own span."""
    window = session.matcher.window
    if session.source not in RECORDED:
        return window
    start_ms = tally.first_ms if window.start_ms is None else window.start_ms
    end_ms = tally.last_ms if window.end_ms is None and state == result.ENDED else window.end_ms
    return Window(start_ms, end_ms)


def _ended_ms(session: Session, tally: Tally, state: str) -> int | None:
    """When it ended; a recording ends with its last post."""
    if session.source in RECORDED and state == result.ENDED:
        return tally.last_ms
    return session.ended_ms


def _elapsed_s(session: Session, tally: Tally, window: Window) -> float:
    if session.source in RECORDED:
        return ((tally.last_ms or 0) - (tally.first_ms or 0)) / 1000
    if window.start_ms is None:
        return 0.0
    ends = [moments.of(clock.now()), window.end_ms, session.ended_ms]
    return (min(one for one in ends if one is not None) - window.start_ms) / 1000
