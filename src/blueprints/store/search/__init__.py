"""Full-text search inside the shop's own database: the same answers from SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Q


@dataclass(frozen=True)
class Document:
    """What is found of a game: folded words, joined by blanks."""

    game: int
    name: str
    rest: str

    @property
    def words(self) -> set[str]:
        """Every word once."""
        return {*self.name.split(), *self.rest.split()}


class Index(Protocol):
    """The index of one kind of database. Words given to it are folded: letters and digits only."""

    def documents(self, games: Sequence[int]) -> Iterable[Document]:
        """What is held for these games."""

    def put(self, documents: Sequence[Document]) -> None:
        """Hold these; what was held for the same games is replaced."""

    def drop(self, games: Sequence[int]) -> None:
        """Hold nothing for these games."""

    def clear(self) -> None:
        """Hold nothing at all, words included."""

    def matching(self, words: Sequence[str], *, in_name: bool = False) -> Q:
        """The condition on games that have all words, the last one as the beginning of one."""

    def near(self, pieces: Sequence[str], shortest: int, longest: int) -> list[tuple[str, int]]:
        """Words of that many letters with one of the padded pieces, and how many games have each."""

    def words_changed(self, words: Sequence[str]) -> None:
        """Bring what `near` looks in up to date for these words of the word table."""


def index() -> Index:
    """The index of the database in use."""
    from django.db import connection

    if connection.vendor == "postgresql":
        from blueprints.store.search.postgres import PostgresIndex

        return PostgresIndex()
    from blueprints.store.search.sqlite import SqliteIndex

    return SqliteIndex()
