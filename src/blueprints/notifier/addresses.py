"""E-mail addresses and names of persons, made safe for headers or refused."""

import re

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])
"""Characters that turn the writing direction of what follows: a name could rewrite the line it stands in."""
NAME_LIMIT = 200
"""Characters of a name that a mail shows; longer ones are cut, not refused: their owner still gets the mail."""


def normalised(address: str) -> str:
    """`address` with its domain in lower-case ASCII (IDNA 2008). Raises ValueError for anything but one address."""
    local, at, domain = address.strip().rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise ValueError("not an e-mail address")
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    plain = domain.lower()
    if not plain.isascii():
        import idna

        try:
            plain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as error:
            raise ValueError("not a domain name") from error
    labels = plain.split(".")
    if len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a domain name")
    return plain


def shown_name(name: str) -> str:
    """`name` as a mail shows it: without direction overrides, at most `NAME_LIMIT` characters.

    Raises ValueError for line breaks and other control characters, which have no business in a name.
    """
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 or letter in "\u2028\u2029" for letter in name):
        raise ValueError("has a line break or control character")
    clean = name.translate(_OVERRIDES).encode("utf-8", "replace").decode().strip()
    return clean if len(clean) <= NAME_LIMIT else clean[: NAME_LIMIT - 1].rstrip() + "…"
