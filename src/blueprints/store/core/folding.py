"""How names are compared: one form for identity, one for search, one for addresses."""

import re
import unicodedata

_NO_WORD = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’")


def identity(text: str) -> str:
    """`text` as it counts for uniqueness: NFC, white space collapsed, case-folded."""
    if text.isascii():
        return " ".join(text.split()).lower()
    collapsed = " ".join(unicodedata.normalize("NFC", text).split())
    return unicodedata.normalize("NFC", collapsed.casefold())


def fold(text: str) -> str:
    """`text` without accents, case and apostrophes."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().translate(_APOSTROPHES)


def words(text: str) -> list[str]:
    """The search words of `text`: maximal runs of letters and digits of its folded form."""
    folded = fold(text)
    if folded.isascii():
        return _NO_WORD.sub(" ", folded).split()
    return "".join(char if char.isalnum() else " " for char in folded).split()


def searchable(text: str) -> str:
    """The search words of `text` joined by blanks; names are also sorted by this."""
    return " ".join(words(text))


def slug(text: str) -> str:
    """`text` for an address, at most 80 characters of a–z, 0–9 and hyphens; `x` when nothing is left."""
    ascii_words = (word.encode("ascii", "ignore").decode() for word in words(text))
    return "-".join(word for word in ascii_words if word)[:80].strip("-") or "x"
