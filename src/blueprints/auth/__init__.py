"""OAuth for every feature that acts for somebody: login, a private token file, one refresh for all who wait.

    provider = Provider(
        name="Spotify",                                   # how messages call it
        authorize_url="https://accounts.spotify.com/authorize",
        token_url="https://accounts.spotify.com/api/token",
        client_id="…", client_secret="",                  # the secret is sent (HTTP Basic) by every flow but `pkce`
        login_command="blueprints spotify login",         # what messages tell the user to run
    )
    file = TokenFile(data_dir() / "spotify" / "token.json", client_id=provider.client_id)

    login(provider, file, Redirect.parse("http://127.0.0.1/callback"), flow="pkce", scopes=("user-read-private",))
        Opens the browser, waits for the loopback callback (or with `browser=False` takes the pasted address), exchanges
        the code, stores the token and returns it. Redirect without a port = a free one, with a port = exactly that.

    session = Session(provider, file)                     # flow="client_credentials" needs no login
    session.access_token()                                # or: await session.access_token_async()
    session.renewed(rejected)                             # after a 401; or: await session.renewed_async(rejected)
        The access token of the file, refreshed a minute ahead of its end. Whoever calls, from whatever thread, task or
        process: one token request is made and all get its answer.

    client_credentials(provider) -> Token                 # an app-only (bearer) token, not stored
    warning(token, now, months=6, days=14) -> str | None  # "login ends on 2026-12-01", from 14 days ahead

Every failure is an `AuthError` (exit code 4) that says what to run, except a network failure (`UpstreamError`), a bad
redirect address (`BadRedirect`, a `ConfigError`) and a taken port (`PortTaken`, a `UsageError`). No message, `repr` or
page holds a token, a code or a secret. Authlib and httpx are imported only when a token is really asked for.
"""

from typing import TYPE_CHECKING, Any

from blueprints.auth.core import FLOWS, Provider, Redirect, Token, login_end, warning
from blueprints.auth.errors import (
    BadRedirect,
    BrokenTokenFile,
    Declined,
    LoginEnded,
    LoginFailed,
    NotLoggedIn,
    PortTaken,
    TokenFileBusy,
    TokenRefused,
)
from blueprints.auth.session import Session
from blueprints.auth.token_file import TokenFile

if TYPE_CHECKING:
    from blueprints.auth.consent import login
    from blueprints.auth.grants import client_credentials

__all__ = [
    "FLOWS",
    "BadRedirect",
    "BrokenTokenFile",
    "Declined",
    "LoginEnded",
    "LoginFailed",
    "NotLoggedIn",
    "PortTaken",
    "Provider",
    "Redirect",
    "Session",
    "Token",
    "TokenFile",
    "TokenFileBusy",
    "TokenRefused",
    "client_credentials",
    "login",
    "login_end",
    "warning",
]


def __getattr__(name: str) -> Any:
    """`login` and `client_credentials`, with Authlib behind them, when first asked for."""
    if name == "login":
        from blueprints.auth.consent import login

        return login
    if name == "client_credentials":
        from blueprints.auth.grants import client_credentials

        return client_credentials
    raise AttributeError(name)
