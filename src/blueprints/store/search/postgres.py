"""The index in PostgreSQL: tsvectors for the games, pg_trgm for the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from blueprints.store.search import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CREATE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE store_search (
    game_id bigint PRIMARY KEY, name text NOT NULL, rest text NOT NULL,
    -- Lexemes are the words as they are: the parser of to_tsvector would split and class them its own way.
    name_lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(name, ' '))) STORED,
    lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(trim(name || ' ' || rest), ' '))) STORED
);
CREATE INDEX store_search_name ON store_search USING gin (name_lexemes);
CREATE INDEX store_search_all ON store_search USING gin (lexemes);
CREATE INDEX store_word_parts ON store_word USING gin (word gin_trgm_ops);
"""
DROP = """
DROP TABLE store_search;
DROP INDEX store_word_parts;
"""


class PostgresIndex:
    """Games by lexemes; words by the trigram index of the word table."""

    def documents(self, games: Sequence[int]) -> Iterable[Document]:
        """What is held for these games."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT game_id, name, rest FROM store_search WHERE game_id = ANY(%s)", [list(games)])
            return [Document(*row) for row in cursor.fetchall()]

    def put(self, documents: Sequence[Document]) -> None:
        """Hold these; what was held for the same games is replaced."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_search (game_id, name, rest) VALUES (%s, %s, %s)"
                " ON CONFLICT (game_id) DO UPDATE SET name = excluded.name, rest = excluded.rest",
                [(document.game, document.name, document.rest) for document in documents],
            )

    def drop(self, games: Sequence[int]) -> None:
        """Hold nothing for these games."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_search WHERE game_id = ANY(%s)", [list(games)])

    def clear(self) -> None:
        """Hold nothing at all, words included."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE store_search, store_word")

    def matching(self, words: Sequence[str], *, in_name: bool = False) -> Q:
        """The condition on games that have all words, the last one as the beginning of one."""
        column = "name_lexemes" if in_name else "lexemes"
        question = " & ".join(f"'{word}'" for word in words) + ":*"
        # A cast takes the lexemes as they are; to_tsquery would parse them again.
        return Q(id__in=RawSQL(f"SELECT game_id FROM store_search WHERE {column} @@ %s::tsquery", [question]))  # noqa: S608, S611  column is ours

    def near(self, pieces: Sequence[str], shortest: int, longest: int) -> list[tuple[str, int]]:
        """Words of that many letters with one of the padded pieces, and how many games have each."""
        patterns = [f"%{piece}%".replace("%^^", "").replace("$$%", "") for piece in pieces]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, games FROM store_word"
                " WHERE word LIKE ANY(%s) AND length(word) BETWEEN %s AND %s AND games > 0",
                [patterns, shortest, longest],
            )
            return list(cursor.fetchall())

    def words_changed(self, words: Sequence[str]) -> None:
        """Nothing to do: the index follows the word table by itself."""
