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
    if not limit:
        return int(left != right)
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    left, right = _differing(left, right)
    if not left or not right:
        return min(max(len(left), len(right)), limit + 1)
    # They differ here: every way to mend it costs one slip, so for small limits few ways are left.
    tails = [(left[1:], right[1:]), (left[1:], right), (left, right[1:])]
    if left[:2] == right[1::-1]:
        tails.append((left[2:], right[2:]))
    return 1 + min(distance(*tail, limit - 1) for tail in tails)


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
    words = list(candidates)
    for limit in range(1, reach(word) + 1):  # a word one slip away beats all that are two away
        near = ((candidate, games) for candidate, games in words if _could_be(word, candidate, limit))
        ranked = (
            (candidate[0] != word[0], -games, candidate)
            for candidate, games in near
            if distance(word, candidate, limit) <= limit
        )
        if best := min(ranked, default=None):
            return best[2]
    return None


def _could_be(word: str, other: str, limit: int) -> bool:
    """A quick look before distances are counted: a slip changes two kinds of letters at most."""
    return abs(len(word) - len(other)) <= limit and len(set(word).symmetric_difference(other)) <= 2 * limit
