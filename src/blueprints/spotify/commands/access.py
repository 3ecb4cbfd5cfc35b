"""Log in and out."""

import click

from blueprints import config, output
from blueprints.auth import Redirect, login_end
from blueprints.errors import UsageError
from blueprints.spotify import account
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.remote import connected


@click.command(epilog="Example: blueprints spotify login --no-browser")
@click.option("--flow", type=click.Choice(["pkce", "code"]), help="How to log in.  [default: pkce]")
@click.option("--no-browser", is_flag=True, help="Print the link and take the pasted address (over SSH).")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the callback, 0 = a free one.")
@click.option("--timeout", type=click.FloatRange(1), default=300, help="Seconds to wait for the browser.")
def login(flow: str | None, no_browser: bool, port: int, timeout: float) -> None:
    """Log in at Spotify and keep the tokens in a private file."""
    settings = config.load("spotify", SpotifyConfig, {"flow": flow})
    if settings.flow == "client_credentials":
        raise UsageError("the flow client_credentials needs no login: choose --flow pkce or --flow code")
    from blueprints import auth

    redirect = Redirect.parse(settings.redirect_uri)
    provider, file = account.provider(settings), account.token_file(settings, output.notice)
    token = auth.login(
        provider,
        file,
        redirect,
        flow=settings.flow,
        scopes=tuple(settings.scopes),
        browser=not no_browser,
        port=port,
        timeout_s=timeout,
    )
    web = connected(settings).web
    me = web.get("/me", asked="your account") or {}
    web.close()
    name = me.get("display_name") or me.get("id") or "an unnamed account"
    output.line(f"Logged in as {name}; the login ends on {login_end(token.authorized_at, settings.login_months)}.")


@click.command(epilog="Example: blueprints spotify logout")
def logout() -> None:
    """Forget the login: delete the token file."""
    settings = config.load("spotify", SpotifyConfig)
    existed = account.token_file(settings, output.notice).delete()
    output.line("Logged out." if existed else "There was no login.")
