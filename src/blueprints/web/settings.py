"""Django's settings, built from our configuration for the service that this process serves."""

import logging.config
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from blueprints import config as configuration
from blueprints import paths
from blueprints.web import database, logs
from blueprints.web.config import WebConfig
from blueprints.web.service import Service, load, resolve

SHARED_APPS = (
    "blueprints.web.accounts",
    "blueprints.web.keys",
    "blueprints.web.idempotency",
    "blueprints.web.outbox",
    "blueprints.web",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
)
THROTTLES = 100_000
"""Log-ins held back that are remembered at once. Django's 300 would let anybody push out what counts against them."""
SERVED_AT = "BLUEPRINTS_SERVED_AT"
"""Variable that tells the worker processes at which addresses, with blanks between, they listen."""
CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def configure(name: str) -> None:
    """Set Django up for a service, once per process."""
    import django
    from django.conf import settings

    if settings.configured:
        return
    service = load(name)
    config = configuration.load(service.name, resolve(service.config))
    chosen = values(service, config)
    settings.configure(**chosen)
    logging.config.dictConfig(chosen["LOG_CONFIG"])
    django.setup()


def values(service: Service, config: Any) -> dict[str, Any]:
    """Django's settings for a service with this section of the configuration."""
    shared = configuration.load("web", WebConfig)
    chosen = {
        **_basics(service, config, shared),
        **_security(service, config, shared),
        **_accounts(),
    }
    if service.settings:
        chosen |= resolve(service.settings)(config)
    return chosen


def folder(service: Service) -> Path:
    """Where the service keeps what it must not lose: `<data>/<name>`, 0700."""
    return paths.ensure(paths.data_dir() / service.name)


def secret_key(service: Service) -> str:
    """The key that signs sessions and tokens, generated into the data folder at first use."""
    path = folder(service) / "secret.key"
    if not path.exists():
        paths.private_file(path, secrets.token_urlsafe(50).encode())
    return path.read_text()


def _basics(service: Service, config: Any, shared: WebConfig) -> dict[str, Any]:
    data = folder(service)
    return {
        "SERVICE": service,
        "SERVICE_CONFIG": config,
        "DEBUG": False,
        "INSTALLED_APPS": [*service.apps, *SHARED_APPS],
        "ROOT_URLCONF": service.urls,
        "WSGI_APPLICATION": None,
        "DATABASES": {
            "default": database.settings(
                config.database, data / "db.sqlite3", service.synchronous, shared.lock_timeout.total_seconds()
            )
            # under ASGI each request has a thread of its own: a connection that is kept is never used again
            | ({"CONN_MAX_AGE": 0} if service.interface == "asgi" else {})
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "web_cache",
                "OPTIONS": {"MAX_ENTRIES": THROTTLES},
            },
        },
        "TEMPLATES": [templates()],
        "MIDDLEWARE": [
            "blueprints.web.middleware.RequestId",
            "django.middleware.security.SecurityMiddleware",
            "blueprints.web.middleware.SecurityHeaders",
            "blueprints.web.people.Sessions",
            "django.middleware.common.CommonMiddleware",
            "blueprints.web.people.Forms",
            "blueprints.web.people.Accounts",
            "blueprints.web.people.Messages",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "blueprints.web.middleware.Problems",
        ],
        "APPEND_SLASH": False,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": data / "static",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "blueprints.web.static_files.Hashed"},
        },
        "USE_TZ": True,
        "TIME_ZONE": getattr(config, "time_zone", "UTC"),
        "LANGUAGE_CODE": "en-us",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": data / "mail",
        "DEFAULT_FROM_EMAIL": "no-reply@localhost",
        "LOGGING_CONFIG": None,
        "LOG_CONFIG": logs.config(shared.log_level, service.name),
        "LOG_REQUESTS": shared.log_requests,
        "TRUSTED_PROXIES": shared.trusted_proxies,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": max(service.body_limit, 2_621_440),
    }


def templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blueprints.web.context.service",
            ]
        },
    }


def _security(service: Service, config: Any, shared: WebConfig) -> dict[str, Any]:
    public = getattr(config, "public_url", "") or getattr(config, "base_url", "")
    is_https = shared.https or public.startswith("https://")
    host = urlsplit(public).hostname
    chosen = {
        "SECRET_KEY": secret_key(service),
        "ALLOWED_HOSTS": [
            "localhost",
            "127.0.0.1",
            "[::1]",
            *([host] if host else []),
            *shared.allowed_hosts,
            *_served_at(),
        ],
        "CSRF_TRUSTED_ORIGINS": [public.rstrip("/")] if public.startswith("https://") else [],
        "CSRF_FAILURE_VIEW": "blueprints.web.urls.csrf_failure",
        "CONTENT_SECURITY_POLICY": "; ".join(f"{name} {value}" for name, value in {**CSP, **service.csp}.items()),
        "ADMIN_CONTENT_SECURITY_POLICY": "; ".join(f"{name} {value}" for name, value in CSP.items()),
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SESSION_COOKIE_NAME": f"{service.name}_session",  # services on one host share the cookie jar of that host
        "CSRF_COOKIE_NAME": f"{service.name}_csrf",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
    }
    if is_https:
        chosen |= {
            "SESSION_COOKIE_SECURE": True,
            "CSRF_COOKIE_SECURE": True,
            "SECURE_HSTS_SECONDS": 31_536_000,
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        }
    return chosen


def _served_at() -> list[str]:
    """The addresses that this process listens at, as visitors spell them; those that stand for all are nobody's."""
    own = os.environ.get(SERVED_AT, "").split()
    return [f"[{one}]" if ":" in one else one for one in own if one not in ("0.0.0.0", "::")]  # noqa: S104  # compared


def _accounts() -> dict[str, Any]:
    rules = "django.contrib.auth.password_validation."
    return {
        "AUTH_USER_MODEL": "accounts.User",
        "AUTHENTICATION_BACKENDS": ["blueprints.web.accounts.backend.Backend"],
        "PASSWORD_HASHERS": ["blueprints.web.accounts.passwords.Argon2id"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": rules + "UserAttributeSimilarityValidator"},
            {"NAME": rules + "MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
            {"NAME": "blueprints.web.accounts.passwords.MaximumLength"},
            {"NAME": rules + "CommonPasswordValidator"},
            {"NAME": rules + "NumericPasswordValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "blueprints.web.accounts.adapter.Adapter",
        "ACCOUNT_FORMS": {"login": "blueprints.web.accounts.forms.LogIn"},
        "ACCOUNT_SIGNUP_OPEN": False,
        "ACCOUNT_LOGIN_METHODS": {"username", "email"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_UNIQUE_EMAIL": True,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_RATE_LIMITS": {
            "login": "30/m/ip",
            "login_failed": "10/m/ip,5/5m/key",
            "signup": "20/m/ip",
        },
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "http",
    }
