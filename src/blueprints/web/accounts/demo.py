"""The accounts that `--demo` makes, so that everything can be looked at without setting anything up.

Their passwords are random; each lies in a private file in its service's folder for as long as it holds.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from blueprints import output, paths

if TYPE_CHECKING:
    from pathlib import Path

    from blueprints.web.accounts.models import User

NAME = "admin"
FILE = "demo-admin.password"


def offer(folder: Path, title: str, address: str) -> None:
    """Make the account where nobody may use the admin yet, and say how to log in as long as its password holds."""
    from blueprints.web.accounts.models import User

    if not (folder / FILE).exists() and not User.objects.filter(is_superuser=True).exists():
        User.objects.create_superuser(NAME, "admin@example.org", new_password(folder, NAME))
    if password := standing(folder, NAME, User.objects.filter(username=NAME, is_superuser=True).first()):
        output.notice(f"{title}: demo log-in at {address}/admin/ as {NAME} with the password {password}")


def new_password(folder: Path, who: str) -> str:
    """A random password for `who`, kept in the folder."""
    password = secrets.token_urlsafe(12)
    paths.private_file(_file(folder, who), password.encode())
    return password


def standing(folder: Path, who: str, user: User | None) -> str:
    """The password kept for `who` while it is that of the user; a changed one is forgotten, and the answer is empty."""
    file = _file(folder, who)
    if not file.exists():
        return ""
    password = file.read_text()
    if user is None or not user.check_password(password):
        file.unlink()
        return ""
    return password


def kept(folder: Path) -> dict[str, str]:
    """Who may log in, with the password, as far as this folder knows. Needs no database."""
    files = sorted(folder.glob("demo-*.password"), key=lambda file: file.stat().st_mtime_ns)
    return {file.stem.removeprefix("demo-"): file.read_text() for file in files}


def _file(folder: Path, who: str) -> Path:
    return folder / f"demo-{who}.password"
