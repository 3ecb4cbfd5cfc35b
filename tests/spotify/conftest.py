"""The built-in Spotify, settings that point at it, and a login."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints import clock
from blueprints.auth import Token, TokenFile
from blueprints.spotify import web
from blueprints.spotify.core.scopes import DEFAULT
from blueprints.spotify.demo.accounts import CLIENT_ID, CLIENT_SECRET
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import Exchange, World
from tests.conftest import CONTRACTS

from .contract import check


class Moment:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = clock.now().timestamp()

    def __call__(self) -> float:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def world(moment: Moment) -> Iterator[World]:
    """A Spotify where Livid plays on the laptop; at the end each exchange is held against the contract."""
    made = World(moment)
    made.play_something()
    yield made
    if CONTRACTS.is_dir():
        for exchange in {_sameness(one): one for one in made.log}.values():
            check(CONTRACTS, exchange)


def _sameness(exchange: Exchange) -> tuple[object, ...]:
    """Equal for exchanges that the contract judges alike: looks at the player are many and the same."""
    request, reply = exchange.request, exchange.reply
    asked = (request.method, request.path, *sorted(request.query.items()), request.body)
    return asked, reply.status, reply.hang_up, reply.body


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(world) as served:
        monkeypatch.setenv("BLUEPRINTS_SPOTIFY__CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("BLUEPRINTS_SPOTIFY__CLIENT_SECRET", CLIENT_SECRET)
        monkeypatch.setenv("BLUEPRINTS_SPOTIFY__API__BASE_URL", served.api_url)
        monkeypatch.setenv("BLUEPRINTS_SPOTIFY__ACCOUNTS__BASE_URL", served.url)
        yield served


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, moment: Moment) -> list[float]:
    """The seconds that commands waited, without waiting: the moment moves on instead."""
    waited: list[float] = []

    def pause(_web: web.Web, seconds: float) -> None:
        waited.append(seconds)
        moment.pass_by(seconds)

    monkeypatch.setattr(web.Web, "pause", pause)
    return waited


@pytest.fixture
def token_path(isolated: Path) -> Path:
    return isolated / "data" / "spotify" / "token.json"


def stored_login(world: World, path: Path, scopes: tuple[str, ...] = DEFAULT, *, expires_in: int = 3600) -> Token:
    """A login in the token file, as `login` leaves it."""
    access, refresh = world.sign_in(scopes)
    now = int(clock.now().timestamp())
    token = Token(CLIENT_ID, "pkce", " ".join(scopes), access, "Bearer", now + expires_in, refresh, now)
    TokenFile(path, client_id=CLIENT_ID).save(token)
    return token


@pytest.fixture
def login(world: World, server: Server, waits: list[float], token_path: Path) -> Token:
    """Logged in at the running fake; waits cost no time."""
    return stored_login(world, token_path)
