"""Which texts may be posted, and what is made of them.

A message is plain text. All the ways to end a line become LF, white space around it goes, and something visible must
remain. Control characters other than tab could steer a terminal and lone surrogates cannot be encoded: both are
refused, with their position in the text as it was sent.
"""

import re
from unicodedata import category

from blueprints.messenger.core.refusals import Invalid

LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
PLAIN = re.compile(r"[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*")
"""Printable ASCII with something to see: no rule but that of length can refuse it."""


def clean(text: object, max_length: int) -> str:
    """The text as it is kept; raises Invalid with `rule` and, where there is one, `position` (in code points)."""
    if not isinstance(text, str):
        raise _refusal("not-a-string", "must be a string")
    if PLAIN.fullmatch(text):
        return _short_enough(text.strip(), max_length)
    if found := FORBIDDEN.search(text):
        raise _forbidden(found)
    kept = LINE_ENDS.sub("\n", text).strip()
    if not any(map(_is_visible, kept)):
        raise _refusal("empty", "is empty")
    return _short_enough(kept, max_length)


def _is_visible(character: str) -> bool:
    kind = category(character)
    return kind[0] != "Z" and kind not in ("Cc", "Cf")


def _short_enough(text: str, max_length: int) -> str:
    if len(text) > max_length:
        why = f"has {len(text)} characters, {max_length} are allowed"
        raise _refusal("too-long", why, position=max_length)
    return text


def _forbidden(found: re.Match[str]) -> Invalid:
    character, position = found.group(), found.start()
    rule, name = ("surrogate", "lone surrogate") if character >= "\ud800" else ("control", "control character")
    return _refusal(rule, f"holds the {name} U+{ord(character):04X} at position {position}", position=position)


def _refusal(rule: str, why: str, position: int | None = None) -> Invalid:
    return Invalid(f"message {why}", field="message", rule=rule, position=position)
