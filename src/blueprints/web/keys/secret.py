"""The text of a key."""

import hashlib
import re
import secrets

from blueprints.errors import ConfigError

FOREIGN = re.compile(r"[\x21-\x7e]{32,128}")


def new() -> str:
    """`bpk_<12 public>_<43 secret>`, 32 random bytes in the secret part."""
    return f"bpk_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def prefix(text: str) -> str:
    """The part that may be shown: of our keys the first 16 characters, of others the first 4."""
    return text[:16] if re.fullmatch(r"bpk_[0-9a-f]{12}_[\w-]{43}", text) else text[:4] + "…"


def digest(text: str) -> str:
    """What is kept of a key: SHA-256, hex. Keys are random, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def checked(text: str, place: str) -> str:
    """A key that somebody else made; raises ConfigError naming the place, never the key."""
    if not FOREIGN.fullmatch(text):
        raise ConfigError(f"{place}: a key has 32 to 128 visible ASCII characters")
    return text
