"""The result of a vote as every output shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blueprints.vote.core import moments
from blueprints.vote.core.candidates import Candidate
from blueprints.vote.core.rules import Rules, Window

SCHEDULED, RUNNING, INTERRUPTED = "scheduled", "running", "interrupted"
ENDED, BUDGET, ERROR = "ended", "budget", "error"


@dataclass(frozen=True)
class Gap:
    """Time in which nothing was heard; filled once search has been read over it."""

    start_ms: int
    end_ms: int | None
    reason: str
    is_filled: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "from": moments.whole(self.start_ms),
            "to": moments.whole(self.end_ms),
            "reason": self.reason,
            "filled": self.is_filled,
        }


@dataclass(frozen=True)
class Standing:
    """Everything a result is made of, at one moment."""

    session: int
    name: str | None
    state: str
    source: str
    rules: Rules
    candidates: Sequence[Candidate]
    window: Window
    ended_ms: int | None
    elapsed_s: float
    """Of the window so far; for a recording, from its first to its last post."""
    votes: Sequence[int]
    ballots: int
    accounts: int | None
    """None where accounts are not known: counts."""
    posts: Mapping[str, Any]
    cost: Mapping[str, Any]
    head: str
    gaps: Sequence[Gap] = ()
    is_hidden: bool = False
    as_of: Sequence[str | None] = field(default=())
    """For counts: when each candidate's total was true."""
    reached_end: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing: the end was reached, within the budget, and no gap is open."""
        return self.state == ENDED and self.reached_end and all(gap.is_filled for gap in self.gaps)

    def as_dict(self) -> dict[str, Any]:
        """The object that `--json` prints: RFC 3339 times, shares from 0 to 1, `null` for what is hidden or unknown."""
        leaders = self.leaders()
        return {
            "session": self.session,
            "name": self.name,
            "state": self.state,
            "source": self.source,
            "started_at": moments.whole(self.window.start_ms),
            "ends_at": moments.whole(self.window.end_ms),
            "ended_at": moments.whole(self.ended_ms),
            "rules": self.rules.as_dict(),
            "candidates": [self._candidate(index) for index in range(len(self.candidates))],
            "winner": leaders[0] if len(leaders) == 1 else None,
            "tie": leaders if len(leaders) > 1 else [],
            "votes": sum(self.votes),
            "ballots": self.ballots,
            "accounts": self.accounts,
            "posts": dict(self.posts),
            "cost": dict(self.cost),
            "gaps": [gap.as_dict() for gap in self.gaps],
            "complete": self.is_complete,
            "head": self.head,
        }

    def leaders(self) -> list[str]:
        """Labels of those with the most votes; nobody while hidden or without votes."""
        most = max(self.votes, default=0)
        if self.is_hidden or not most:
            return []
        return [one.label for one, votes in zip(self.candidates, self.votes, strict=True) if votes == most]

    def _candidate(self, index: int) -> dict[str, Any]:
        candidate, votes = self.candidates[index], self.votes[index]
        shown: dict[str, Any] = {"label": candidate.label, "tags": list(candidate.tags)}
        if self.is_hidden:
            shown |= dict.fromkeys(("votes", "share", "rank", "per_minute"))
        else:
            shown |= {
                "votes": votes,
                "share": share(votes, sum(self.votes)),
                "rank": 1 + sum(other > votes for other in self.votes),
                "per_minute": per_minute(votes, self.elapsed_s),
            }
        return shown | ({"as_of": self.as_of[index]} if self.as_of else {})


def share(votes: int, total: int) -> float | None:
    """Six decimals; None without votes."""
    return round(votes / total, 6) if total else None


def per_minute(votes: int, elapsed_s: float) -> float | None:
    """Two decimals; None before any time has passed."""
    return round(votes * 60 / elapsed_s, 2) if elapsed_s > 0 else None
