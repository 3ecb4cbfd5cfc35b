"""The nearest word of the catalogue for a word that nobody has written."""

from collections.abc import Iterable

SHORTEST = 4
_LONG = 8


def reach(word: str) -> int:
    """How many slips are forgiven in `word`: 0, 1 from four letters, 2 from eight; none with a digit in it."""
    if len(word) < SHORTEST or any(char.isnumeric() for char in word):
        return 0
    return 2 if len(word) >= _LONG else 1


def pieces(word: str) -> list[str]:
    """Padded parts of `word`, at least one of which stands unchanged in every word within `reach`.

    One slip touches one place, or two neighbours when they are swapped; so of two parts with a letter between them one
    stays whole, and of three parts with letters between them one survives two slips. `^^` and `$$` mark the ends.
    """
    size = len(word)
    if reach(word) == 1:
        half = size // 2
        return [f"^^{word[:half]}", f"{word[half + 1 :]}$$"]
    middle = max(3, (size - 2) // 3)
    left = (size - 1 - middle) // 2
    return [f"^^{word[:left]}", word[left + 1 : left + 1 + middle], f"{word[left + 2 + middle :]}$$"]


def padded(word: str) -> str:
    """`word` as the trigram index holds it, so that its ends can be looked for."""
    return f"^^{word}$$"


def distance(left: str, right: str, limit: int) -> int:
    """Optimal string alignment distance, or `limit` + 1 when it is larger.

    Insertions, deletions, substitutions and swaps of neighbours count 1; no part is changed twice.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    left, right = _differing(left, right)
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, char in enumerate(left, 1):
        line = [row]
        for column, other in enumerate(right, 1):
            cost = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (char != other))
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > limit and min(above) > limit:
            return limit + 1
        before, above = above, line
    return min(above[-1], limit + 1)


def _differing(left: str, right: str) -> tuple[str, str]:
    """Both without their common beginning and end: those never change the distance."""
    start = 0
    shorter = min(len(left), len(right))
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def nearest(word: str, candidates: Iterable[tuple[str, int]]) -> str | None:
    """The candidate (word, games that have it) nearest to `word` within its reach.

    Ties: same first letter, then most games, then alphabetical.
    """
    limit = reach(word)
    ranked = (
        (slips, candidate[0] != word[0], -games, candidate)
        for candidate, games in candidates
        if (slips := distance(word, candidate, limit)) <= limit
    )
    best = min(ranked, default=None)
    return best[3] if best else None
