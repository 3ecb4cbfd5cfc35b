"""Web addresses in a text, found by linkify-it-py: only those written out with http:// or https://."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linkify_it import LinkifyIt

MOST = 20
"""A text with more addresses than this is not looked at: nobody reads such a text, and looking costs time."""


class Link(NamedTuple):
    start: int
    end: int
    url: str


def links(text: str) -> list[Link]:
    """In order of appearance; positions in code points."""
    found = text.lower().count("http")
    if not 0 < found <= MOST:
        return []
    return [Link(match.index, match.last_index, match.url) for match in _finder().match(text) or []]


@cache
def _finder() -> "LinkifyIt":
    from linkify_it import LinkifyIt

    finder = LinkifyIt()
    for scheme in ("ftp:", "mailto:", "//"):
        finder.add(scheme, None)
    return finder.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
