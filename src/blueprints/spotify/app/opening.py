"""Start the app, with the account or with the built-in Spotify, and turn how it ended into an exit code."""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from blueprints import output
from blueprints.errors import UsageError
from blueprints.spotify.account import LOGIN, end_of_login
from blueprints.spotify.config import AccountsConfig, ApiConfig, SpotifyConfig
from blueprints.spotify.remote import connected

if TYPE_CHECKING:
    from blueprints.spotify.demo.server import Server


def run(settings: SpotifyConfig, view: str, *, demo: bool) -> None:
    """Raises NotLoggedIn or ConfigError before the terminal is touched; click.Abort after Ctrl-C."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The app needs a terminal: for scripts there are commands, see `blueprints spotify --help`.")
    if demo:
        _run_demo(settings, view)
    else:
        _run(settings, view)


def _run(settings: SpotifyConfig, view: str) -> None:
    said: list[str] = []
    remote = connected(settings, patience_s=0, say=said.append)
    remote.session.require()
    near = end_of_login(settings, remote.session)
    if near:
        said.append(f"{near}: run `{LOGIN}` before then.")
        output.warning(said[-1])  # stays in the terminal when the app has gone
    from blueprints.spotify.app.remote_app import RemoteApp

    app = RemoteApp(remote, view, notices=said)
    app.run(mouse=settings.mouse)
    remote.web.close()
    if app.bug:
        raise app.bug
    if app.return_code == 130:
        raise click.Abort


def _run_demo(settings: SpotifyConfig, view: str) -> None:
    from blueprints.spotify.demo.server import Server
    from blueprints.spotify.demo.world import World

    world = World()
    world.play_something()
    with Server(world) as server, TemporaryDirectory(prefix="blueprints-demo-") as folder:
        _run(signed_in(settings, server, Path(folder)), view)


def signed_in(settings: SpotifyConfig, server: "Server", folder: Path) -> SpotifyConfig:
    """The settings with a login at the built-in Spotify in place of the user's."""
    from blueprints import clock
    from blueprints.auth import Token, TokenFile
    from blueprints.spotify.core.scopes import DEFAULT
    from blueprints.spotify.demo.accounts import CLIENT_ID, LIFETIME_S

    access, refresh = server.world.sign_in()
    now = int(clock.now().timestamp())
    token = Token(CLIENT_ID, "pkce", " ".join(DEFAULT), access, "Bearer", now + LIFETIME_S, refresh, now)
    path = folder / "token.json"
    TokenFile(path, client_id=CLIENT_ID).save(token)
    return replace(
        settings,
        client_id=CLIENT_ID,
        flow="pkce",
        api=ApiConfig(server.api_url),
        accounts=AccountsConfig(server.url),
        token_file=path,
    )
