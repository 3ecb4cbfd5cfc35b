"""Logging in to X as the app or as a user, and out again."""

import asyncio
import json

from blueprints import auth, output
from blueprints.errors import AuthError, UsageError
from blueprints.vote.config import VoteConfig, XConfig
from blueprints.vote.x import tokens


def login(settings: VoteConfig, kind: str | None, *, browser: bool) -> None:
    """Store a token; a user's login is confirmed by asking whose it is, which costs one user read."""
    x = settings.x
    kind = kind or ("user" if x.client_id and not x.api_key else "app")
    if kind == "app":
        _login_app(x)
    else:
        _login_user(settings, browser=browser)


def _login_app(x: XConfig) -> None:
    if not (x.api_key and x.api_secret):
        raise UsageError("login --app needs the app's key and secret: set vote.x.api_key and vote.x.api_secret")
    provider = tokens.app_provider(x)
    token = auth.client_credentials(provider)
    file = tokens.token_file(provider)
    with file.locked():
        file.save(token)
    output.notice("Logged in as the app.")


def _login_user(settings: VoteConfig, *, browser: bool) -> None:
    x = settings.x
    if not x.client_id:
        raise UsageError("login --user needs the app's OAuth 2.0 client: set vote.x.client_id")
    provider = tokens.user_provider(x)
    file = tokens.token_file(provider)
    auth.login(
        provider,
        file,
        auth.Redirect.parse(x.redirect_uri),
        flow=tokens.user_flow(x),
        scopes=tokens.SCOPES,
        browser=browser,
    )
    name = asyncio.run(_whose(settings))
    output.notice(f"Logged in as @{name}. That cost one user read (${settings.prices.user_read}).")


async def _whose(settings: VoteConfig) -> str:
    from blueprints.vote.x.client import Client

    client = Client(settings.x, tokens.Tokens(settings).user)
    answer = await client.request("GET", "/2/users/me")
    user = answer.body.get("data")
    if not isinstance(user, dict) or not user.get("username"):
        raise AuthError("X does not say whose login this is: run `blueprints vote login --user` again")
    return str(user["username"])


def logout() -> bool:
    """Delete the token file, whoever it belongs to; True when there was one."""
    path = tokens.token_path()
    try:
        client_id = str(json.loads(path.read_bytes()).get("client_id", ""))
    except (OSError, ValueError, AttributeError):
        client_id = ""
    return auth.TokenFile(path, client_id=client_id, login_command=tokens.LOGIN).delete()
