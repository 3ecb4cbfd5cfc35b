"""Decimal arithmetic: one precise context, one rounding, and numbers written without exponents."""

from decimal import ROUND_HALF_UP, Context, Decimal

PRECISE = Context(prec=50, rounding=ROUND_HALF_UP)
"""Half up of the absolute value, that is half away from zero, as Regulation (EC) 1103/97 wants it."""

SHORT = Context(prec=12, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, digits: int) -> Decimal:
    """`value` with exactly `digits` decimals, half away from zero; a zero has no sign."""
    room = Context(prec=max(PRECISE.prec, value.adjusted() + digits + 2), rounding=ROUND_HALF_UP)
    result = value.quantize(Decimal(1).scaleb(-digits), context=room)
    return abs(result) if result.is_zero() else result


def significant(value: Decimal, digits: int) -> str:
    """`value` with at most `digits` significant digits, trailing zeros cut, never with an exponent."""
    context = SHORT if digits == SHORT.prec else Context(prec=digits, rounding=ROUND_HALF_UP)
    return trimmed(context.plus(value))


def trimmed(value: Decimal) -> str:
    """All digits of `value` without trailing zeros of the decimals."""
    text = plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Decimal) -> str:
    """All digits of `value`, never with an exponent."""
    return f"{value:f}" if value else f"{abs(value):f}"


def padded(value: Decimal, digits: int) -> str:
    """All digits of `value`, filled with zeros to at least `digits` decimals."""
    text = trimmed(value)
    missing = digits - (len(text.partition(".")[2]) if "." in text else 0)
    if missing <= 0:
        return text
    return text + ("" if "." in text else ".") + "0" * missing
