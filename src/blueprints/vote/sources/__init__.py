"""Where posts come from: one file each, named as `--source` names it.

A source is asked once whether it can do what is wanted (`prepare`), then run. It hands everything it gets to the desk,
which decides, counts and writes. A third party's source is a file in the user's plug-in folder, or an entry point of
the group `blueprints.vote.sources`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from blueprints.vote.core.decisions import Matcher

if TYPE_CHECKING:
    from blueprints.vote.config import VoteConfig
    from blueprints.vote.desk import Desk

PACKAGE = "blueprints.vote.sources"


@dataclass(frozen=True)
class Task:
    """What a source is to do. Times in seconds."""

    config: "VoteConfig"
    matcher: Matcher
    session: int = 0
    argument: str = ""
    """What stood behind the colon of `--source name:argument`."""
    every_s: float = 0.0
    speed: float | None = None
    position: str | None = None
    """Where the source of an interrupted session stood, in its own words."""
    resumed_ms: int | None = None
    """Up to when the interrupted session had written what it heard."""
    database: Path = Path()


class Source(Protocol):
    every_s: ClassVar[float | None]
    """Default pace of a polled source; None for one that is not polled."""
    is_recorded: ClassVar[bool]
    """Whether time is that of a recording instead of the clock's."""
    sees_posts: ClassVar[bool]
    """False for a source that gets totals only."""

    def __init__(self, task: Task) -> None: ...

    def prepare(self) -> None:
        """Raise what can be known to go wrong: a missing file, no credentials, a query too long."""

    async def run(self, desk: "Desk") -> None:
        """Deliver until the end, and return; raise UpstreamError, AuthError or BudgetReached to end the vote early."""
