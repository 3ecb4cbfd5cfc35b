"""Candidates as people type them: a tag, or a label with the tags that count for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blueprints.errors import UsageError
from blueprints.vote.core.hashtags import SIGNS, Accents, is_tag, key


@dataclass(frozen=True)
class Candidate:
    label: str
    tags: tuple[str, ...]
    """As typed, without the sign; at least one."""


@dataclass(frozen=True)
class Slate:
    candidates: tuple[Candidate, ...]
    notices: tuple[str, ...] = ()
    """What was dropped, and why, in words for the user."""


def bare(word: str) -> str:
    """A typed hashtag without its sign; raises UsageError that says what is wrong with it."""
    text = word.strip()
    tag = text[1:] if text[:1] in SIGNS and text else text
    if not tag:
        raise UsageError(f"{word!r} is no hashtag: it is blank")
    if any(character.isspace() for character in tag):
        raise UsageError(f"{word!r} is no hashtag: it is several words")
    if not is_tag(tag):
        raise UsageError(f"{word!r} is no hashtag: letters, digits and _ only, with at least one letter")
    return tag


def slate(words: Sequence[str], accents: Accents, most: int) -> Slate:
    """The candidates in the order typed; one whose key is taken is dropped with a notice. Raises UsageError."""
    if not words:
        raise UsageError("name at least one candidate, for example: blueprints vote debian arch")
    kept: list[Candidate] = []
    notices: list[str] = []
    taken: dict[str, str] = {}
    for word in words:
        label, tags = _parsed(word)
        fresh = tuple(_fresh(label, tags, accents, taken, notices))
        if fresh:
            _refuse_twice(label, kept)
            kept.append(Candidate(label, fresh))
    if len(kept) > most:
        raise UsageError(f"{len(kept)} candidates are too many: at most {most}, {kept[most].label!r} is one more")
    return Slate(tuple(kept), tuple(notices))


def _parsed(word: str) -> tuple[str, list[str]]:
    if "=" not in word:
        return bare(word), [bare(word)]
    label, _, listed = word.partition("=")
    if not label.strip() or not label.isprintable():
        raise UsageError(f"{word!r} has no label: write LABEL=tag1,tag2")
    return label.strip(), [bare(tag) for tag in listed.split(",")]


def _fresh(
    label: str, tags: Iterable[str], accents: Accents, taken: dict[str, str], notices: list[str]
) -> Iterable[str]:
    for tag in tags:
        owner = taken.get(key(tag, accents))
        if owner is None:
            taken[key(tag, accents)] = label
            yield tag
        else:
            notices.append(f"#{tag} is the same hashtag as one of {owner}: dropped")


def _refuse_twice(label: str, kept: list[Candidate]) -> None:
    if any(one.label == label for one in kept):
        raise UsageError(f"two candidates are called {label!r}: give one of them another label")
