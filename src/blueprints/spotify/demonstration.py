"""The built-in Spotify in place of the user's, for as long as one run takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from blueprints.spotify.config import AccountsConfig, ApiConfig, SpotifyConfig

if TYPE_CHECKING:
    from blueprints.spotify.demo.server import Server


@contextmanager
def demonstration(settings: SpotifyConfig) -> Iterator[SpotifyConfig]:
    """The settings with which everything goes to a Spotify of this process, where something is playing."""
    from blueprints.spotify.demo.server import Server
    from blueprints.spotify.demo.world import World

    world = World()
    world.play_something()
    with Server(world) as server, TemporaryDirectory(prefix="blueprints-demo-") as folder:
        yield signed_in(settings, server, Path(folder))


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
