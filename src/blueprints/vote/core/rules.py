"""What counts: the rules of one vote, fixed before it starts and hashed into the first link of its audit."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from blueprints.vote.core.hashtags import Accents

PerVote = Literal["account", "account-and-tag", "post"]
Which = Literal["first", "last"]
Multi = Literal["count-all", "reject"]


@dataclass(frozen=True)
class Rules:
    one_vote_per: PerVote = "account"
    which: Which = "first"
    reposts: bool = False
    quotes: bool = True
    multi: Multi = "reject"
    require: str | None = None
    min_account_age_s: int | None = None
    accents: Accents = "strict"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Window:
    """Posts created at or after `start_ms` and before `end_ms` are inside; None is open."""

    start_ms: int | None = None
    end_ms: int | None = None

    def holds(self, moment_ms: int) -> bool:
        after = self.start_ms is None or moment_ms >= self.start_ms
        return after and (self.end_ms is None or moment_ms < self.end_ms)
