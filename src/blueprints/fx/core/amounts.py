"""Amounts as people type them.

A sign, digits, a decimal mark; `_` or the other of `,` and `.` between groups of three; at most 30 digits. Exponents,
`nan` and `inf` are not amounts: a conversion that cannot be read back from the page is worse than an error.
"""

import re
from decimal import Decimal

from blueprints.fx.core.errors import BadAmount

MOST_DIGITS = 30

_FORMS = {
    ".": re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:_[0-9]{3})+))?(?:\.([0-9]+))?"),
    ",": re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:_[0-9]{3})+))?(?:,([0-9]+))?"),
}


def amount(text: str, mark: str = ".") -> Decimal:
    """The exact value of `text`, whose decimals follow `mark` (`.` or `,`). Raises BadAmount."""
    stripped = text.strip()
    form = _FORMS[mark].fullmatch(stripped)
    if form is None or (form[1] is None and form[2] is None):
        raise BadAmount(f"{text!r} is not an amount: write digits with decimals after {mark!r}, e.g. 1234{mark}56")
    whole, decimals = _digits(form[1] or "0"), form[2] or ""
    if len(whole) + len(decimals) > MOST_DIGITS:
        raise BadAmount(f"{text!r} has more than {MOST_DIGITS} digits")
    sign = "-" if stripped.startswith("-") else ""
    return Decimal(f"{sign}{whole}.{decimals}" if decimals else sign + whole)


def _digits(grouped: str) -> str:
    return grouped.replace(",", "").replace(".", "").replace("_", "")
