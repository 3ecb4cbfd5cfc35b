"""From what somebody typed to the games that are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from blueprints.store.core import spelling
from blueprints.store.models import Word
from blueprints.store.search import index

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WORD = 100
MOST_WORDS = 12


@dataclass(frozen=True)
class Search:
    """The words looked for, after misspelt ones were replaced."""

    words: tuple[str, ...]
    corrected: str | None
    """All words as they were understood, when that is not what was typed."""

    def condition(self) -> Q:
        """The games that have all words, the last one as the beginning of one."""
        return index().matching(self.words)

    def rank(self) -> Case:
        """0: the name equals the words; 1: begins with them; 2: has them all; 3: the rest."""
        text = " ".join(self.words)
        return Case(
            When(name_words=text, then=Value(0)),
            When(name_words__startswith=text, then=Value(1)),
            When(index().matching(self.words, in_name=True), then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )


def search(typed: Sequence[str]) -> Search:
    """The search for the folded words `typed` (at least one)."""
    words = [word[:LONGEST_WORD] for word in typed[:MOST_WORDS]]
    known = set(Word.objects.filter(word__in=words, games__gt=0).values_list("word", flat=True))
    understood = [
        word if word in known else _nearest(word, last=place == len(words) - 1) for place, word in enumerate(words)
    ]
    return Search(tuple(understood), " ".join(understood) if understood != words else None)


def _nearest(word: str, *, last: bool) -> str:
    """The word of the catalogue that a word without a match is replaced by, or the word itself."""
    limit = spelling.reach(word)
    if not limit or (last and Word.objects.filter(word__startswith=word, games__gt=0).exists()):
        return word
    candidates = index().near(spelling.pieces(word), len(word) - limit, len(word) + limit)
    return spelling.nearest(word, candidates) or word
