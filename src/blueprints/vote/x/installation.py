"""Which installation made a stream rule: a random name, made once."""

import secrets
from pathlib import Path

from blueprints import paths


def installation(folder: Path) -> str:
    """Eight hexadecimal digits, the same for all votes kept in the folder."""
    file = folder / "installation"
    try:
        known = file.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        known = ""
    if not known.isalnum():
        known = secrets.token_hex(4)
        paths.ensure(folder)
        paths.replace(file, known.encode())
    return known
