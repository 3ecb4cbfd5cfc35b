"""Text of strangers, made harmless for a terminal."""

import re

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def escaped(text: str) -> str:
    """The text on one line, control and bidi characters written out as `\\n` or `\\u202e`."""
    return UNSAFE.sub(lambda found: _written(found.group()), text)


def _written(character: str) -> str:
    short = {"\n": "\\n", "\t": "\\t"}
    return short.get(character) or (f"\\x{ord(character):02x}" if character < "\u0100" else f"\\u{ord(character):04x}")
