"""How a day fetched again is laid over the stored one."""

from collections.abc import Mapping
from decimal import Decimal


def merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str] | None:
    """The stored rates with the new ones laid over them; None if that changes no value (`1.10` is `1.1`)."""
    changes = {code: text for code, text in new.items() if code not in old or not _equal(old[code], text)}
    return {**old, **changes} if changes else None


def _equal(one: str, other: str) -> bool:
    return one == other or Decimal(one) == Decimal(other)
