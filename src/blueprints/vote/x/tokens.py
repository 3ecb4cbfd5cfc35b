"""Which token a request carries: the one in the settings, else one of `vote login`.

The stream takes app-only tokens alone; search and counts take a user's as well.
"""

import json
from pathlib import Path

from blueprints import auth, paths
from blueprints.errors import AuthError
from blueprints.vote.config import VoteConfig, XConfig

LOGIN = "blueprints vote login"
SCOPES = ("tweet.read", "users.read", "offline.access")
APP_FLOW = "client_credentials"


class NoCredentials(AuthError):
    def __init__(self) -> None:
        super().__init__("no credentials for X: run `blueprints vote login`, or try `--source replay:FILE`")


def token_path() -> Path:
    return paths.data_dir() / "vote" / "token.json"


def app_provider(x: XConfig) -> auth.Provider:
    return _provider(x, "/oauth2/token", x.api_key, x.api_secret, f"{LOGIN} --app")


def user_provider(x: XConfig) -> auth.Provider:
    return _provider(x, "/2/oauth2/token", x.client_id, x.client_secret, f"{LOGIN} --user")


def _provider(x: XConfig, route: str, client_id: str, secret: str, command: str) -> auth.Provider:
    return auth.Provider("X", x.authorize_url, x.base_url.rstrip("/") + route, client_id, secret, command)


def token_file(provider: auth.Provider) -> auth.TokenFile:
    return auth.TokenFile(token_path(), client_id=provider.client_id, login_command=provider.login_command)


def user_flow(x: XConfig) -> str:
    """A client with a secret sends it; one without relies on PKCE alone. Both use S256."""
    return "code" if x.client_secret else "pkce"


def stored_flow() -> str | None:
    """How the login in the token file was made; None without a usable file."""
    try:
        found = json.loads(token_path().read_bytes())
    except (OSError, ValueError):
        return None
    return str(found.get("flow")) if isinstance(found, dict) else None


class Tokens:
    """Bearer tokens for the requests of one vote, renewed in time."""

    def __init__(self, config: VoteConfig) -> None:
        self.x = config.x
        self._app: auth.Session | None = None
        self._user: auth.Session | None = None

    def check_app(self) -> None:
        """Raise NoCredentials, or say that a user's login is not enough for the stream."""
        if self._has_app():
            return
        if stored_flow() not in {None, APP_FLOW}:
            raise AuthError("the stream needs an app-only token: run `blueprints vote login --app`, or --source search")
        raise NoCredentials

    def check_any(self) -> None:
        if not self._has_app() and (stored_flow() in {None, APP_FLOW} or not self.x.client_id):
            raise NoCredentials

    def _has_app(self) -> bool:
        return bool(self.x.bearer_token or (self.x.api_key and self.x.api_secret))

    async def app(self) -> str:
        if self.x.bearer_token:
            return self.x.bearer_token
        if self._app is None:
            provider = app_provider(self.x)
            self._app = auth.Session(provider, token_file(provider), flow=APP_FLOW)
        return await self._app.access_token_async()

    async def any(self) -> str:
        return await (self.app() if self._has_app() else self.user())

    async def user(self) -> str:
        if self._user is None:
            provider = user_provider(self.x)
            self._user = auth.Session(provider, token_file(provider), flow=user_flow(self.x))
        return await self._user.access_token_async()
