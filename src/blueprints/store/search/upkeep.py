"""Keeping the index and its word table true to the catalogue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import connection

from blueprints.store.core import folding
from blueprints.store.models import Game
from blueprints.store.search import Document, index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BATCH = 2000
LONGEST_WORD = 100


def documents(games: Sequence[int]) -> list[Document]:
    """What can be found of those of these games that are in the shop."""
    rows = Game.objects.filter(pk__in=games, is_published=True).order_by("pk")
    values = rows.values_list("pk", "name_words", "platform__name", "developer__name", "publisher__name")
    return [Document(pk, name, _cut(folding.words(" ".join(filter(None, rest))))) for pk, name, *rest in values]


def _cut(words: Iterable[str]) -> str:
    return " ".join(word[:LONGEST_WORD] for word in words)


def refresh(games: Iterable[int]) -> None:
    """Index these games as they are now; call it in the transaction that changed them."""
    pending = list(games)
    for start in range(0, len(pending), BATCH):
        _refresh(pending[start : start + BATCH])


def _refresh(games: Sequence[int]) -> None:
    found = index()
    changes: Counter[str] = Counter()
    before = {document.game: document for document in found.documents(games)}
    now = {document.game: document for document in documents(games)}
    for document in before.values():
        changes.subtract(document.words)
    for document in now.values():
        changes.update(document.words)
    found.drop([game for game in before if game not in now])
    found.put([document for game, document in now.items() if before.get(game) != document])
    _count({word: more for word, more in changes.items() if more})


def forget(games: Sequence[int]) -> None:
    """Index these games, which are about to be deleted, no longer."""
    found = index()
    changes: Counter[str] = Counter()
    for document in found.documents(games):
        changes.subtract(document.words)
    found.drop(games)
    _count(changes)


def rebuild() -> int:
    """Index the whole catalogue anew; the number of games in it."""
    index().clear()
    games = list(Game.objects.order_by("pk").values_list("pk", flat=True))
    refresh(games)
    return len(games)


def _count(changes: dict[str, int]) -> None:
    """Add to the number of games that have each word."""
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO store_word (word, games) VALUES (%s, %s)"
            " ON CONFLICT (word) DO UPDATE SET games = store_word.games + excluded.games",
            sorted(changes.items()),  # one order everywhere, so that two writers never wait for each other
        )
    index().words_changed(list(changes))
