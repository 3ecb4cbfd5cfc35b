"""How names are compared: one form for identity, one for search, one for addresses."""

import unicodedata

_APOSTROPHES = str.maketrans("", "", "'’")


def identity(text: str) -> str:
    """`text` as it counts for uniqueness: NFC, white space collapsed, case-folded."""
    collapsed = " ".join(unicodedata.normalize("NFC", text).split())
    return unicodedata.normalize("NFC", collapsed.casefold())


def fold(text: str) -> str:
    """`text` without accents, case and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().translate(_APOSTROPHES)


def words(text: str) -> list[str]:
    """The search words of `text`: maximal runs of letters and digits of its folded form."""
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()


def searchable(text: str) -> str:
    """The search words of `text` joined by blanks; names are also sorted by this."""
    return " ".join(words(text))


def slug(text: str) -> str:
    """`text` for an address, at most 80 characters of a–z, 0–9 and hyphens; `x` when nothing is left."""
    ascii_words = (word.encode("ascii", "ignore").decode() for word in words(text))
    return "-".join(word for word in ascii_words if word)[:80].strip("-") or "x"
