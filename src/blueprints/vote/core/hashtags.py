"""The platform's hashtag grammar, and the key by which two hashtags are one.

A tag is `#` or `＃` followed by letters, marks, digits and a few joining signs, with at least one letter or mark. It
is none directly after a letter, digit or `&`, directly before `#` or `://`, or inside an address. Unicode categories
decide what a letter is, beyond the basic plane too. Source: the platform's published text rules.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

SIGNS = "#＃"
JOINERS = frozenset("_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7")
SELECTORS = frozenset("\ufe0e\ufe0f")
NOT_FIRST = frozenset("\ufe0f\u20e3")
"""After the sign these make a keycap emoji of it, not a tag."""

Accents = Literal["strict", "fold"]

_PATH = r"[\w!\"$%&'()*+,\-./:;<=>?@\[\\\]^`{|}~#]*"
ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9@#＃$])(?:https?://[^\s/?#＃]+|(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z]{{2,24}}(?::\d+)?(?=[/?]))"
    rf"(?:[/?]{_PATH})?",
    re.IGNORECASE | re.ASCII,
)
"""An address with or without its scheme; without one it needs a path to be told from a sentence without a blank."""


class Hashtag(NamedTuple):
    tag: str
    """As written, without the sign."""
    end: int
    """Index of the first character behind it."""


def hashtags(text: str) -> list[Hashtag]:
    """The tags of a text in their order, repeated ones too."""
    if "#" not in text and "＃" not in text:
        return []
    addresses = [match.span() for match in ADDRESS.finditer(text)]
    return [found for found in _tags(text) if not any(start <= found.end - 1 < end for start, end in addresses)]


def _tags(text: str) -> Iterator[Hashtag]:
    for match in re.finditer(r"[#＃]", text):
        start = match.end()
        end = _run(text, start)
        if _opens(text, match.start()) and is_tag(text[start:end]) and not text.startswith(("#", "＃", "://"), end):
            yield Hashtag(text[start:end], end)


def _run(text: str, start: int) -> int:
    end = start
    while end < len(text) and _fits(text[end]):
        end += 1
    return end


def _opens(text: str, sign: int) -> bool:
    """Whether a tag may begin at the sign, by the character before it."""
    if sign == 0:
        return True
    before = text[sign - 1]
    return before in SELECTORS or not (before == "&" or _fits(before))


@lru_cache(maxsize=4096)
def _fits(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd" or character in JOINERS


def is_tag(word: str) -> bool:
    """Whether the word, without a sign, is one whole hashtag."""
    if not word or word[0] in NOT_FIRST or not all(map(_fits, word)):
        return False
    return any(unicodedata.category(character)[0] in "LM" for character in word)


@lru_cache(maxsize=16_384)
def key(tag: str, accents: Accents = "strict") -> str:
    """What two spellings of one tag share: normal form and case, with `fold` also accents (U+0300–036F)."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", tag).casefold())
    return without_accents(plain) if accents == "fold" else plain


def without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not "\u0300" <= one <= "\u036f"))
