"""The account that `--demo` makes, so that the admin can be looked at without setting anything up."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from blueprints import output, paths

if TYPE_CHECKING:
    from pathlib import Path

NAME = "admin"
FILE = "demo-admin.password"


def offer(folder: Path, title: str, address: str) -> None:
    """Make the account where nobody may use the admin yet, and say how to log in as long as its password holds.

    The password is random and kept in a private file in the service's `folder`.
    """
    from blueprints.web.accounts.models import User

    kept = folder / FILE
    if not kept.exists() and not User.objects.filter(is_superuser=True).exists():
        password = secrets.token_urlsafe(12)
        paths.private_file(kept, password.encode())
        User.objects.create_superuser(NAME, "admin@example.org", password)
    if kept.exists() and _holds(kept.read_text()):
        output.notice(f"{title}: demo log-in at {address}/admin/ as {NAME} with the password {kept.read_text()}")


def _holds(password: str) -> bool:
    from blueprints.web.accounts.models import User

    user = User.objects.filter(username=NAME, is_superuser=True).first()
    return user is not None and user.check_password(password)
