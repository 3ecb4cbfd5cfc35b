"""What a service says of a problem, as the errors of commands read: a small letter first, no full stop."""

import json


def detail(body: bytes, otherwise: str) -> str:
    """The `detail` of a problem, or the other words where the body is none."""
    try:
        found = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return otherwise
    return in_line(str(found)) if found else otherwise


def in_line(sentence: str) -> str:
    """`There is no order 7.` as `there is no order 7`; names such as JSON or Idempotency-Key stay as they are."""
    first, blank, rest = sentence.partition(" ")
    is_word = first.isalpha() and not any(letter.isupper() for letter in first[1:])
    return f"{first.lower() if is_word else first}{blank}{rest}".removesuffix(".")
