"""What a currency is: its name, its minor unit, and what to say about a code that nobody knows."""

from collections.abc import Iterable, Mapping

from blueprints.fx.core.ended import ENDED
from blueprints.fx.core.errors import UnknownCurrency

ENDED_DIGITS = 2
UNKNOWN_DIGITS = 8
"""Decimals of codes that ISO 4217 does not know, such as those of crypto currencies."""

Standard = Mapping[str, tuple[str, int | None]]
"""Code -> (name, decimals) of ISO 4217."""


def digits(code: str, standard: Standard) -> int:
    """Decimals of an amount in that currency."""
    found = standard[code][1] if code in standard else None
    if found is not None:
        return found
    return ENDED_DIGITS if code in ENDED else UNKNOWN_DIGITS


def name(code: str, standard: Standard) -> str:
    """The English name; empty for codes that only a source knows."""
    if code in standard:
        return standard[code][0]
    return ENDED[code].name if code in ENDED else ""


def unknown(code: str, known: Iterable[str], quoted: Iterable[str]) -> UnknownCurrency:
    """The error for a code, naming the nearest known one, rather one of those `quoted` today."""
    near = _nearest(code, sorted(known), set(quoted))
    hint = f"did you mean {near}? (blueprints fx currencies)" if near else "blueprints fx currencies lists them"
    return UnknownCurrency(f"no currency {code}: {hint}")


def _nearest(code: str, known: list[str], quoted: set[str]) -> str:
    """The code with at most one other letter in place, else the one that looks most alike; empty if none does."""
    one_off = [one for one in known if len(one) == len(code) and _other_letters(one, code) == 1]
    if one_off:
        return next((one for one in one_off if one in quoted), one_off[0])
    from difflib import get_close_matches

    return next(iter(get_close_matches(code, known, n=1, cutoff=0.6)), "")


def _other_letters(one: str, other: str) -> int:
    return sum(left != right for left, right in zip(one, other, strict=True))
