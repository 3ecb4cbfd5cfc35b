"""Numbers as people read them: half away from zero, no negative zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MISSING = "--"


def rounded(value: float, decimals: int = 1) -> float:
    """`value` to `decimals`, half away from zero, never -0.

    Six decimals are kept first, so that 303.54999999999995 (30.4 °C in K) counts as the 303.55 that it is.
    """
    exact = Decimal(f"{value:.6f}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return float(exact) + 0.0


def tenth(value: float | None) -> float | None:
    """To one decimal, as a float."""
    return None if value is None else rounded(value)


def number(value: float | None) -> float | int | None:
    """To one decimal; an int when that is whole."""
    if value is None:
        return None
    short = rounded(value)
    return int(short) if short.is_integer() else short


def text(value: float | None, unit: str = "") -> str:
    """`8`, `13.9`, `-5°`; `--` when unknown."""
    return MISSING if value is None else f"{number(value)}{unit}"


def whole(value: float | None, unit: str = "") -> str:
    """Without decimals: `79 %`; `--` when unknown."""
    return MISSING if value is None else f"{int(rounded(value, 0))}{unit}"
