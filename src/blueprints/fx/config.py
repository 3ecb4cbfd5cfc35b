"""The settings of currency conversion; those of a source stand in the source's own file."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from blueprints.config.bounds import at_least


@dataclass(frozen=True)
class FxConfig:
    PLUGINS: ClassVar = ("sources",)

    base: Annotated[str, "Currency to convert from when none is named; `fx base` stores one."] = ""
    source: Annotated[str, "Where rates come from: the name of a source (`fx sources` lists them)."] = "ecb"
    store: Annotated[str, "Where rates are kept: sqlite, sqlite:///path or mongodb://host/name."] = "sqlite"
    seed: Annotated[str, "First rates: package, none, or the path of an ECB history (zip or CSV)."] = "package"
    auto_update: Annotated[bool, "Fetch by itself when a publication is due."] = True
    max_gap: Annotated[timedelta, "How far before the day asked the rate may be, in whole days."] = timedelta(days=7)
    log: Annotated[bool, "Keep a log of the conversions made."] = True
    log_keep: Annotated[int, "Conversions kept in the log."] = 10_000

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(0, log_keep=self.log_keep)


SECTION = FxConfig
