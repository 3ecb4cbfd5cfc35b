"""The audit's chain: each row's hash covers the row and the hash before it; the first covers the rules.

A link is SHA-256 over the previous hash (as 64 hexadecimal digits) followed by the canonical JSON of the row: keys
sorted, no spaces, UTF-8, everything the row shows except the hash itself.
"""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

_text = json.encoder.encode_basestring  # what ensure_ascii=False uses


class Row(NamedTuple):
    """One post seen, and what became of it. Times are texts, exactly as shown; ids are numbers."""

    seq: int
    post_id: int
    author_id: int | None
    created_at: str
    received_at: str
    source: str
    hashtags: tuple[str, ...]
    candidates: tuple[str, ...]
    """Labels."""
    decision: str
    replaces: str | None
    """Id of the ballot it takes over; several, where one post votes as several pairs, separated by blanks."""

    def as_dict(self) -> dict[str, Any]:
        """The row as `audit --json` shows it, without its hash: ids are texts, as the platform writes them."""
        shown = self._asdict()
        shown["post_id"] = str(self.post_id)
        shown["author_id"] = None if self.author_id is None else str(self.author_id)
        shown["hashtags"] = list(self.hashtags)
        shown["candidates"] = list(self.candidates)
        return shown


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def origin(rules_json: str) -> str:
    """The hash that the first row follows: over the canonical JSON of the session and its rules."""
    return sha256(rules_json.encode()).hexdigest()


def link(previous: str, row: Row) -> str:
    """The hash of a row that follows `previous`."""
    return sha256(f"{previous}{row_json(row)}".encode()).hexdigest()


def row_json(row: Row) -> str:
    """`canonical(row.as_dict())`, written out because every post pays for it."""
    seq, post_id, author_id, created_at, received_at, source, hashtags, candidates, decision, replaces = row
    author = "null" if author_id is None else f'"{author_id}"'
    taken = "null" if replaces is None else f'"{replaces}"'
    return (
        f'{{"author_id":{author},"candidates":{texts(candidates)},"created_at":"{created_at}",'
        f'"decision":"{decision}","hashtags":{texts(hashtags)},"post_id":"{post_id}",'
        f'"received_at":"{received_at}","replaces":{taken},"seq":{seq},"source":{_text(source)}}}'
    )


@lru_cache(maxsize=4096)  # posts of one vote share their hashtags
def texts(values: tuple[str, ...]) -> str:
    """A list of texts as canonical JSON, which is also how the books store it."""
    return f"[{','.join(map(_text, values))}]" if values else "[]"
