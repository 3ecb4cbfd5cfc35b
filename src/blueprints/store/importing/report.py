"""What came of an import."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Failure:
    """A record that cannot be taken; `field` empty: the record as a whole."""

    line: int
    field: str
    message: str


@dataclass
class Report:
    """Counts of records, and what is wrong with the others."""

    file: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: list[Failure] = field(default_factory=list)
    dry_run: bool = False
    is_skipping: bool = False
    """Whether good records are taken in spite of bad ones."""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        known = asdict(self)
        del known["is_skipping"]
        return known

    @property
    def is_stopped(self) -> bool:
        """Whether the errors kept everything from being imported."""
        return bool(self.errors) and not self.is_skipping

    def fail(self, line: int, name: str, message: str) -> None:
        """Note a record that cannot be taken."""
        self.errors.append(Failure(line, name, message))
        self.skipped += 1
