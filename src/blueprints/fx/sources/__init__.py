"""Sources of rates, one file each; the file's name is the source's.

A source knows what to ask for, how to read the answer and when the next publication is due. It neither talks to the
network nor stores anything: `fetch` yields requests and receives answers (see `blueprints.fx.wire`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol

from blueprints.errors import UsageError
from blueprints.fx.wire import Flow, Wanted

PACKAGE = "blueprints.fx.sources"


class Source(Protocol):
    """The contract. A subclass needs `fetch` and `missing`; everything else has a default."""

    base: ClassVar[str] = "EUR"
    """The currency in which the source quotes, unless an answer names another."""
    terms: ClassVar[str] = ""
    """Where the conditions of use stand."""
    history: ClassVar[Literal["whole", "range", "day"]] = "day"
    """What one request gives: everything, any range of days, or one day. `whole` sources are stored without holes."""
    begins: ClassVar[date | None] = None
    """The first day that it has rates of, where days before are not worth asking for."""
    at_once: ClassVar[int] = 1
    """Requests that an update may have under way, by what the source's operator bears."""
    needs_key: ClassVar[bool] = False
    metered: ClassVar[bool] = False
    """Whether requests are counted, so that many of them want the user's consent."""
    fewest_quotes: ClassVar[int] = 1
    """A day with fewer quotes is not believed."""
    remarks: ClassVar[dict[str, str]] = {}
    """Code -> a sentence about days on which the source has no rate of it."""
    settings: Any
    """The instance of the file's `Settings`, if it has such a class, read from `fx.<name>`."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def fetch(self, wanted: Wanted) -> Flow:
        """Ask for the days wanted."""
        ...

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        """How many publications are due but not stored: 0 is fresh.

        `latest` is the newest stored day, `answered_at` the moment of the source's last answer.
        """
        ...


@dataclass(frozen=True)
class NoSettings:
    """For sources without settings of their own."""


def names() -> list[str]:
    """All sources, our own first."""
    from blueprints import plugins

    return plugins.names(PACKAGE)


def load(name: str) -> Source:
    """The source of that name with its settings; raises UsageError, ConfigError or plugins.Broken."""
    from blueprints import config, plugins

    try:
        made = plugins.load(PACKAGE, name, "Source")
    except plugins.Unknown as error:
        raise UsageError(f"no source {name}: there are {', '.join(names())} (blueprints fx sources)") from error
    section = getattr(plugins.module(PACKAGE, name), "Settings", NoSettings)
    source: Source = made(config.load(f"fx.{name}", section))
    return source
