"""The parts of the remote control put together for one run."""

from collections.abc import Callable
from dataclasses import dataclass

from blueprints import output
from blueprints.auth import Session
from blueprints.spotify import account
from blueprints.spotify.catalogue import Catalogue
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.player import Player
from blueprints.spotify.web import Web


@dataclass(frozen=True)
class Remote:
    settings: SpotifyConfig
    session: Session
    web: Web
    catalogue: Catalogue
    player: Player


def connected(
    settings: SpotifyConfig, *, patience_s: float = 10.0, say: Callable[[str], None] = output.notice
) -> Remote:
    """Everything a command needs; no request is made. Raises ConfigError without a client id."""
    session = account.session(settings, say)
    web = Web(settings.api.base_url, session, patience_s=patience_s, say=say)
    return Remote(settings, session, web, Catalogue(web, settings.market), Player(web, settings.device))


def for_command(settings: SpotifyConfig) -> Remote:
    """As `connected`, for a one-shot command: an end of the login that is near is said on stderr."""
    remote = connected(settings)
    near = account.end_of_login(settings, remote.session)
    if near:
        output.warning(f"{near}: run `{account.LOGIN}` before then.")
    return remote
