"""Start the app, with the account or with the built-in Spotify, and turn how it ended into an exit code."""

import sys

import click

from blueprints import output
from blueprints.errors import UsageError
from blueprints.spotify.account import LOGIN, end_of_login
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.remote import connected


def run(settings: SpotifyConfig, view: str, *, demo: bool) -> None:
    """Raises NotLoggedIn or ConfigError before the terminal is touched; click.Abort after Ctrl-C."""
    if not all(one.isatty() for one in (sys.stdin, sys.stdout, sys.stderr)):  # Textual draws on stderr
        raise UsageError("the app needs a terminal: for scripts there are commands, see `blueprints spotify --help`")
    if not demo:
        _run(settings, view)
        return
    from blueprints.spotify.demonstration import demonstration

    with demonstration(settings) as shown:
        _run(shown, view)


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
