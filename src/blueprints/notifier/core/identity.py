"""Names of mails and their Message-IDs."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def mail_id(unix_ms: int, randomness: int) -> str:
    """`m_` and a ULID in lower case: 48 bits of time, then 80 bits of `randomness`, so that names sort by time."""
    number = (unix_ms & (1 << 48) - 1) << 80 | randomness & (1 << 80) - 1
    digits = [_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5)]
    return "m_" + "".join(digits)


def message_id(mail: str, domain: str) -> str:
    """The Message-ID header of `mail`, brackets included."""
    return f"<{mail}@{domain}>"
