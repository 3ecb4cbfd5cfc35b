"""Posts of the fake: made, matched against queries, and written in either spelling."""

import re
from dataclasses import dataclass, field
from typing import Any

from blueprints.vote.core import moments
from blueprints.vote.core.hashtags import hashtags, key
from tests.vote.ids import first_id


@dataclass
class FakePost:
    id: int
    author_id: str
    text: str
    created_ms: int
    references: list[dict[str, str]] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    is_searchable: bool = True

    @property
    def tags(self) -> set[str]:
        return {key(found.tag) for found in hashtags(self.text)}

    @property
    def is_repost(self) -> bool:
        return any(one["type"] == "retweeted" for one in self.references)

    @property
    def is_quote(self) -> bool:
        return any(one["type"] == "quoted" for one in self.references)

    def as_json(self, spelling: str) -> dict[str, Any]:
        listed = [
            {"start": found.end - len(found.tag) - 1, "end": found.end, "tag": found.tag}
            for found in hashtags(self.text)
        ]
        data: dict[str, Any] = {
            "id": str(self.id),
            "text": self.text,
            "author_id": self.author_id,
            "created_at": moments.exact(self.created_ms // 1000 * 1000),
            f"edit_history_{spelling}_ids": self.history or [str(self.id)],
            "entities": {"hashtags": listed} if listed else {},
        }
        if self.references:
            data[f"referenced_{spelling}s"] = self.references
        return data


def made(number: int, author_id: str, text: str, created_ms: int, **more: Any) -> FakePost:
    """A post whose id carries its moment; `number` tells apart those of one millisecond."""
    return FakePost(first_id(created_ms) + number, author_id, text, created_ms, **more)


def matches(query: str, post: FakePost) -> bool:
    """Whether the query (terms joined by AND, alternatives in brackets, `-` before what must not be) finds the post."""
    return all(_term(term, post) for term in re.findall(r"\([^)]*\)|\S+", query))


def _term(term: str, post: FakePost) -> bool:
    if term.startswith("-"):
        return not _term(term[1:], post)
    if term == "is:retweet":
        return post.is_repost
    if term == "is:quote":
        return post.is_quote
    alternatives = term.strip("()").split(" OR ")
    return any(key(one.lstrip("#")) in post.tags for one in alternatives)
