"""What the shop adds to Django's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprints import paths
from blueprints.web import settings as web_settings

if TYPE_CHECKING:
    from pathlib import Path

    from blueprints.store.config import StoreConfig


def media_dir(config: StoreConfig) -> Path:
    """Where the covers are."""
    from pathlib import Path

    return paths.ensure(
        Path(config.media_dir).expanduser() if config.media_dir else paths.data_dir() / "store" / "media"
    )


def settings(config: StoreConfig) -> dict[str, Any]:
    """Accounts open to everybody, covers, the shop's own form check and the badge in the menu."""
    from blueprints.store.search.sqlite import check_version

    if not config.database.startswith("postgres"):
        check_version()
    return {
        "TEMPLATES": [_templates()],
        "ACCOUNT_SIGNUP_FORM_CLASS": "blueprints.store.forms.Signup",
        "ACCOUNT_SIGNUP_OPEN": True,
        "ACCOUNT_EMAIL_VERIFICATION": config.accounts.email_verification,
        "EMAIL_BACKEND": "blueprints.store.mail.NotifierBackend",
        "MEDIA_ROOT": media_dir(config),
        "MEDIA_URL": "/media/",
        "SESSION_COOKIE_AGE": config.cart.guest_days * 86_400,
    }


def _templates() -> dict[str, Any]:
    """The shared templates, with the shop's own layout around the pages of accounts."""
    from pathlib import Path

    shared = web_settings.templates()
    shared["DIRS"] = [Path(__file__).parent / "pages"]
    shared["OPTIONS"]["context_processors"].append("blueprints.store.context.shop")
    return shared
