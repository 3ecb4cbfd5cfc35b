"""A post as the rules need it, read from the platform's JSON in either of its spellings."""

import json
import re
from typing import Any, NamedTuple

from blueprints.vote.core import moments, snowflakes
from blueprints.vote.core.hashtags import hashtags

REPOST = re.compile(r"RT @\w+: ")
CUT = "…"
_decoded = json.JSONDecoder().decode  # json.loads, without asking each time which options it has


class Malformed(ValueError):
    """Not JSON, or a post without an id."""


class Post(NamedTuple):
    id: int
    author_id: int | None
    created_ms: int
    hashtags: tuple[str, ...]
    """As written, in order, without the tag that a cut repost may have lost its end of."""
    versions: tuple[int, ...]
    """Ids of the earlier versions of an edited post, this one left out."""
    is_repost: bool = False
    is_quote: bool = False
    is_cut: bool = False
    """A repost whose text ends before its end."""

    @property
    def root_id(self) -> int:
        """The id of the first version: what all versions of an edited post share."""
        return min(self.versions, default=self.id)


class Event(NamedTuple):
    posts: list[dict[str, Any]]
    rule_tags: tuple[str, ...] = ()
    """Tags of the stream rules that matched; rules without a tag are left out."""
    note: str | None = None
    """The name of a message that is no post, such as `operational-disconnect`."""


def event(line: bytes | str) -> Event:
    """The posts of one line: a stream event, or a page of search. Raises Malformed for what is not a JSON object."""
    try:
        found = _decoded(line.decode() if isinstance(line, bytes) else line)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Malformed("not a JSON object")
    if "data" not in found:
        return Event([], note=_name(found))
    data = found["data"]
    if isinstance(data, list):
        return Event(data)
    return Event([data], _tags(found.get("matching_rules")))


def _tags(rules: Any) -> tuple[str, ...]:
    if not isinstance(rules, list):
        return ()
    return tuple(rule["tag"] for rule in rules if isinstance(rule, dict) and isinstance(rule.get("tag"), str))


def _name(message: dict[str, Any]) -> str:
    errors = message.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else message
    for field in ("disconnect_type", "connection_issue", "title", "type"):
        if isinstance(first.get(field), str):
            return str(first[field])
    return "unknown message"


def post(data: Any) -> Post:
    """One post's object, either spelling; raises Malformed without a usable id."""
    number = _id(data.get("id")) if isinstance(data, dict) else None
    if number is None:
        raise Malformed("a post without an id")
    kinds = _references(data)
    text = data.get("text")
    is_repost = "retweeted" in kinds if kinds is not None else isinstance(text, str) and bool(REPOST.match(text))
    is_cut = is_repost and isinstance(text, str) and text.endswith(CUT)
    return Post(
        number,
        _id(data.get("author_id")),
        _created_ms(data.get("created_at"), number),
        _hashtags(data, is_cut),
        _versions(data, number),
        is_repost,
        kinds is not None and "quoted" in kinds,
        is_cut,
    )


def _id(value: Any) -> int | None:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 19:
        return None
    number = int(value)
    return number if number <= snowflakes.LARGEST else None


def _created_ms(value: Any, number: int) -> int:
    if isinstance(value, str):
        try:
            return moments.ms(value)
        except ValueError:
            pass
    return snowflakes.created_ms(number)


def _references(data: dict[str, Any]) -> set[Any] | None:
    """The kinds of the posts this one refers to; None when it lists no references."""
    listed = data.get("referenced_tweets")
    if listed is None:
        listed = data.get("referenced_posts")
    if not isinstance(listed, list) or not listed:
        return None
    return {one.get("type") for one in listed if isinstance(one, dict)}


def _versions(data: dict[str, Any], number: int) -> tuple[int, ...]:
    listed = data.get("edit_history_tweet_ids") or data.get("edit_history_post_ids")
    if not isinstance(listed, list) or len(listed) < 2:
        return ()
    ids = (_id(one) for one in listed)
    return tuple(one for one in ids if one is not None and one < number)


def _hashtags(data: dict[str, Any], is_cut: bool) -> tuple[str, ...]:
    long = data.get("note_tweet") or data.get("note_post")
    body = long if isinstance(long, dict) else data
    text = body.get("text")
    text = text if isinstance(text, str) else ""
    entities = body.get("entities")
    last = len(text) - 1 if is_cut and body is data else -1
    if isinstance(entities, dict):
        listed = entities.get("hashtags")
        if not listed or not isinstance(listed, list):
            return ()
        return tuple(
            _writable(one["tag"])
            for one in listed
            if isinstance(one, dict) and isinstance(one.get("tag"), str) and (last < 0 or one.get("end") != last)
        )
    return tuple(found.tag for found in hashtags(text) if found.end != last)


def _writable(tag: str) -> str:
    """The tag without halves of characters, which JSON can carry and a file cannot."""
    return tag if tag.isascii() else tag.encode("utf-8", "replace").decode()
