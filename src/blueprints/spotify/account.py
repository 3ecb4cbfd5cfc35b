"""Whose account: the login service's addresses, the token file, and what to say before anything was set up."""

from collections.abc import Callable
from pathlib import Path

from blueprints import clock, paths
from blueprints.auth import Provider, Session, TokenFile, warning
from blueprints.errors import ConfigError
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.core.refusals import DASHBOARD

LOGIN = "blueprints spotify login"


def provider(settings: SpotifyConfig) -> Provider:
    """Raises ConfigError that says how to register an app, or that a secret is missing."""
    if not settings.client_id:
        raise ConfigError(
            f"no client_id: create an app at {DASHBOARD}, enter {settings.redirect_uri} as its redirect URI, and set "
            "spotify.client_id (or BLUEPRINTS_SPOTIFY__CLIENT_ID); without an account: `blueprints spotify --demo`"
        )
    if settings.flow != "pkce" and not settings.client_secret:
        raise ConfigError(
            f"the flow {settings.flow} needs the app's secret: set spotify.client_secret, or spotify.flow to pkce"
        )
    base = settings.accounts.base_url.rstrip("/")
    return Provider(
        name="Spotify",
        authorize_url=f"{base}/authorize",
        token_url=f"{base}/api/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        login_command=LOGIN,
    )


def token_path(settings: SpotifyConfig) -> Path:
    if settings.token_file in (None, Path()):  # an empty setting reads as Path()
        return paths.data_dir() / "spotify" / "token.json"
    return Path(settings.token_file).expanduser()


def token_file(settings: SpotifyConfig, say: Callable[[str], None]) -> TokenFile:
    return TokenFile(token_path(settings), client_id=settings.client_id, login_command=LOGIN, say=say)


def session(settings: SpotifyConfig, say: Callable[[str], None]) -> Session:
    return Session(provider(settings), token_file(settings, say), flow=settings.flow, say=say)


def end_of_login(settings: SpotifyConfig, held: Session) -> str | None:
    """`login ends on 2026-12-01` when that is near, else None; without any request."""
    token = held.stored()
    return warning(token, clock.now(), settings.login_months, settings.warn_days) if token else None
