"""Bounds of settings that are numbers; each check raises ValueError, which names the setting."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


def at_least(least: int, **given: "float | Decimal") -> None:
    """Each of the numbers reaches the least that makes sense."""
    for name, value in given.items():
        if not value >= least:
            raise ValueError(f"{name}: {value:g} is less than {least:g}")


def rate(**given: float) -> None:
    """Each is so many a second, and more than none."""
    for name, value in given.items():
        if not 0 < value < float("inf"):
            raise ValueError(f"{name}: {value:g} a second is no rate: give more than 0")
