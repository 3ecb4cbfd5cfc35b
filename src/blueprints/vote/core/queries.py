"""Rules for the stream and queries for search and counts, within the platform's length limits."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blueprints.errors import UsageError
from blueprints.vote.core.candidates import Candidate
from blueprints.vote.core.hashtags import key, without_accents
from blueprints.vote.core.rules import Rules


class Query(NamedTuple):
    text: str
    candidates: tuple[int, ...]
    """Indices of the candidates it asks for."""


def text(tags: Sequence[str], rules: Rules) -> str:
    """One query for any of the tags. AND binds before OR, so alternatives stand in brackets."""
    alternatives = " OR ".join(f"#{tag}" for tag in tags)
    parts = [f"({alternatives})" if len(tags) > 1 else alternatives]
    if rules.require is not None:
        parts.insert(0, _required(rules))
    if not rules.reposts:
        parts.append("-is:retweet")
    return " ".join(parts)


def _required(rules: Rules) -> str:
    spellings = _spellings((rules.require or "",), rules)
    joined = " OR ".join(f"#{tag}" for tag in spellings)
    return f"({joined})" if len(spellings) > 1 else joined


def packed(candidates: Sequence[Candidate], rules: Rules, limit: int, *, apart: bool = False) -> list[Query]:
    """As few queries as a greedy packing in the given order needs, each at most `limit` characters.

    `apart` gives every candidate its own. Raises UsageError for a candidate that fits into none alone.
    """
    found: list[Query] = []
    open_tags: list[str] = []
    open_indices: list[int] = []
    for index, candidate in enumerate(candidates):
        tags = _spellings(candidate.tags, rules)
        _fit(candidate.label, text(tags, rules), limit)
        if open_indices and (apart or len(text(open_tags + tags, rules)) > limit):
            found.append(Query(text(open_tags, rules), tuple(open_indices)))
            open_tags, open_indices = [], []
        open_tags = open_tags + tags
        open_indices = [*open_indices, index]
    if open_indices:
        found.append(Query(text(open_tags, rules), tuple(open_indices)))
    return found


def counting(candidates: Sequence[Candidate], rules: Rules, limit: int) -> list[Query]:
    """A query for each candidate that says by itself what the rules say, since counts show no posts to judge."""
    return [Query(one, (index,)) for index, one in enumerate(_counting(candidates, rules, limit))]


def _counting(candidates: Sequence[Candidate], rules: Rules, limit: int) -> Iterator[str]:
    for candidate in candidates:
        query = text(_spellings(candidate.tags, rules), rules)
        if not rules.quotes:
            query += " -is:quote"
        if rules.multi == "reject":
            others = (tag for other in candidates if other is not candidate for tag in _spellings(other.tags, rules))
            query += "".join(f" -#{tag}" for tag in others)
        _fit(candidate.label, query, limit)
        yield query


def _fit(label: str, query: str, limit: int) -> None:
    if len(query) > limit:
        raise UsageError(f"the query for {label} has {len(query)} characters, the limit is {limit}: use fewer aliases")


def _spellings(tags: Sequence[str], rules: Rules) -> list[str]:
    """The tags, with `fold` also without their accents: stream rules match accents exactly."""
    if rules.accents == "strict":
        return list(tags)
    found = {key(one): one for tag in tags for one in (tag, without_accents(tag))}
    return list(found.values())
