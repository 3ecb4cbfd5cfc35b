"""Settings of Django that the messenger lays over the shared ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from blueprints import config as configuration
from blueprints.errors import ConfigError

if TYPE_CHECKING:
    from blueprints.messenger.config import MessengerConfig

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


def settings(config: MessengerConfig) -> dict[str, Any]:
    verification = config.accounts.email_verification or ("none" if config.mail.url == "file" else "mandatory")
    return {
        "CONTENT_SECURITY_POLICY": POLICY,
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "blueprints.messenger.static_files.Modules"},
        },
        "ACCOUNT_SIGNUP_OPEN": True,
        "ACCOUNT_ADAPTER": "blueprints.messenger.accounts.adapter.Adapter",
        "ACCOUNT_SIGNUP_FORM_CLASS": "blueprints.messenger.accounts.signup.DisplayName",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": verification,
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": verification == "mandatory",
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_FORMS": {"add_email": "blueprints.messenger.accounts.addresses.ChangeForm"},
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_USER_DISPLAY": "blueprints.messenger.models.shown_name",
        "DEFAULT_FROM_EMAIL": config.mail.sender,
        **_mail(config.mail.url),
        **_cache(config.store),
    }


def _mail(url: str) -> dict[str, Any]:
    if url == "file":
        return {}
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("smtp", "smtps", "smtp+tls"):
        raise ConfigError("messenger.mail.url must be `file` or smtp://user:password@host:port (smtps, smtp+tls)")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 15,
    }


def _cache(store: str) -> dict[str, Any]:
    """Throttles are counted in the cache: with Redis it is Redis, so that many machines count together."""
    if store != "redis":
        return {}
    from blueprints.messenger.stores.redis import Settings

    redis = configuration.load("messenger.redis", Settings)
    cache = {
        "BACKEND": "blueprints.messenger.cache.Cache",
        "LOCATION": redis.url,
        "KEY_PREFIX": f"{redis.prefix}cache",
        "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 3},
    }
    return {"CACHES": {"default": cache}}
