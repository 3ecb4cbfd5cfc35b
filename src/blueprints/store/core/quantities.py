"""Quantities that shoppers type."""

import re

from blueprints.errors import BlueprintsError

MOST = 99


class BadQuantity(BlueprintsError):
    """The text is no quantity a cart can hold."""


def parsed(text: str, most: int = MOST) -> int:
    """The whole number from 1 to `most` that `text` names. Raises BadQuantity."""
    stripped = text.strip()
    # A long row of digits is refused before int() works on it.
    if re.fullmatch(r"[0-9]{1,4}", stripped) is None or not 1 <= int(stripped) <= most:
        raise BadQuantity(f"Enter a whole number from 1 to {most}.")
    return int(stripped)
