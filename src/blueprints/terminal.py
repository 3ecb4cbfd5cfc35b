"""Text of strangers, made harmless for a terminal.

Names, messages and errors from elsewhere may hold control characters, which steer a terminal (`ESC` changes colours,
titles, the clipboard), and direction marks, which make a line read otherwise than it is. They are written out. What
`output` prints and what an error says has gone through here; screens of their own (Textual, rich's Live) see to it.
"""

import re
from typing import Any

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
SHORT = {"\n": "\\n", "\t": "\\t"}


def escaped(text: str, keep: str = "") -> str:
    """The text with control and direction characters written out as `\\x1b` or `\\u202e`, but for those to `keep`.

    Without any to keep it is one line, and can be encoded.
    """
    return UNSAFE.sub(lambda found: found[0] if found[0] in keep else _written(found[0]), text)


def _written(character: str) -> str:
    short = SHORT.get(character)
    return short or (f"\\x{ord(character):02x}" if character < "\u0100" else f"\\u{ord(character):04x}")


def escaped_json(text: str) -> str:
    """JSON that says the same with no such character in it; white space between its parts stays."""
    return UNSAFE.sub(lambda found: found[0] if found[0] in "\n\t" else f"\\u{ord(found[0]):04x}", text)


def harmless(value: Any) -> Any:
    """What was read from JSON, each text in it `escaped`; the names of members stay."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, dict):
        return {name: harmless(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [harmless(inner) for inner in value]
    return value
