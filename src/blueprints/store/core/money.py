"""Amounts as shoppers read them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
LARGEST_PRICE = Decimal("9999999.99")

_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CAD": "CA$",
    "AUD": "A$",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
}
_WHOLE = {"JPY", "KRW"}


@dataclass(frozen=True)
class _Style:
    thousands: str
    decimal: str
    symbol_first: bool


# Separators and place of the symbol as CLDR gives them for the language.
_ENGLISH = _Style(",", ".", symbol_first=True)
_STYLES = {
    "de": _Style(".", ",", symbol_first=False),
    "es": _Style(".", ",", symbol_first=False),
    "fr": _Style("\u202f", ",", symbol_first=False),
    "it": _Style(".", ",", symbol_first=False),
    "nl": _Style(".", ",", symbol_first=True),
    "pl": _Style("\u00a0", ",", symbol_first=False),
    "pt": _Style(".", ",", symbol_first=True),
    "sv": _Style("\u00a0", ",", symbol_first=False),
}


def rounded(amount: Decimal) -> Decimal:
    """`amount` with exactly two decimals."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)


def formatted(amount: Decimal, currency: str = "USD", locale: str = "en-US") -> str:
    """`amount` with symbol and separators: `$1,234.50`; an unknown currency shows its code."""
    style = _STYLES.get(locale.replace("_", "-").split("-")[0].lower(), _ENGLISH)
    digits = f"{abs(amount):,.{0 if currency in _WHOLE else 2}f}"
    number = digits.translate({ord(","): style.thousands, ord("."): style.decimal})
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency, currency)
    if not style.symbol_first:
        return f"{sign}{number}\u00a0{symbol}"
    gap = "" if currency in _SYMBOLS else "\u00a0"
    return f"{sign}{symbol}{gap}{number}"


def buyable(price: Decimal | None) -> bool:
    """Whether a game with this price can be bought: a price of 0 is as good as none."""
    return price is not None and price > 0
