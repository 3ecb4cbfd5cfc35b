"""The index in SQLite: FTS5 for the games, FTS5 with trigrams for the words. Needs SQLite 3.34."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from blueprints.errors import ConfigError
from blueprints.store.core.spelling import padded
from blueprints.store.search import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CREATE = """
CREATE VIRTUAL TABLE store_search USING fts5(name, rest, tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE store_word_parts USING fts5(padded, tokenize='trigram', detail=full);
"""
DROP = """
DROP TABLE store_search;
DROP TABLE store_word_parts;
"""
OLDEST = (3, 34)


def check_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise ConfigError when this SQLite has no trigram tokenizer."""
    if version < OLDEST:
        found = ".".join(map(str, version))
        raise ConfigError(
            f"The shop's search needs SQLite 3.34 or later, this is {found}. Update it or use PostgreSQL."
        )


class SqliteIndex:
    """Games by FTS5; the row id is the game's id."""

    def documents(self, games: Sequence[int]) -> Iterable[Document]:
        """What is held for these games."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid, name, rest FROM store_search WHERE rowid IN (SELECT value FROM json_each(%s))",
                [json.dumps(list(games))],
            )
            return [Document(*row) for row in cursor.fetchall()]

    def put(self, documents: Sequence[Document]) -> None:
        """Hold these; what was held for the same games is replaced."""
        self.drop([document.game for document in documents])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_search (rowid, name, rest) VALUES (%s, %s, %s)",
                [(document.game, document.name, document.rest) for document in documents],
            )

    def drop(self, games: Sequence[int]) -> None:
        """Hold nothing for these games."""
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM store_search WHERE rowid IN (SELECT value FROM json_each(%s))", [json.dumps(list(games))]
            )

    def clear(self) -> None:
        """Hold nothing at all, words included."""
        with connection.cursor() as cursor:
            for table in ("store_search", "store_word_parts", "store_word"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own

    def matching(self, words: Sequence[str], *, in_name: bool = False) -> Q:
        """The condition on games that have all words, the last one as the beginning of one."""
        quoted = " AND ".join(f'"{word}"' for word in words) + "*"
        question = f"name : ({quoted})" if in_name else quoted
        return Q(id__in=RawSQL("SELECT rowid FROM store_search WHERE store_search MATCH %s", [question]))

    def near(self, pieces: Sequence[str], shortest: int, longest: int) -> list[tuple[str, int]]:
        """Words of that many letters with one of the padded pieces, and how many games have each."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, games FROM store_word_parts JOIN store_word ON store_word.id = store_word_parts.rowid"
                " WHERE store_word_parts MATCH %s AND length(word) BETWEEN %s AND %s AND games > 0",
                [" OR ".join(f'"{piece}"' for piece in pieces), shortest, longest],
            )
            return list(cursor.fetchall())

    def words_changed(self, words: Sequence[str]) -> None:
        """Hold the trigrams of these words that the word table has and `near` has not."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, word FROM store_word WHERE word IN (SELECT value FROM json_each(%s))"
                " AND id NOT IN (SELECT rowid FROM store_word_parts)",
                [json.dumps(list(words))],
            )
            missing = [(number, padded(word)) for number, word in cursor.fetchall()]
            cursor.executemany("INSERT INTO store_word_parts (rowid, padded) VALUES (%s, %s)", missing)
