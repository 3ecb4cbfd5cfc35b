"""A token endpoint and a session over it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprints.auth import Provider, Session, Token, TokenFile

from .token_server import TokenServer, serving


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with serving() as tokens:
        yield tokens


@pytest.fixture
def provider(server: TokenServer) -> Provider:
    return Provider(
        name="Tunes",
        authorize_url="https://accounts.test/authorize",
        token_url=server.url,
        client_id="c",
        client_secret="hidden",
        login_command="blueprints tunes login",
    )


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "auth" / "token.json", client_id="c", login_command="blueprints tunes login")


@pytest.fixture
def session(provider: Provider, file: TokenFile) -> Session:
    return Session(provider, file)


@pytest.fixture
def stored(file: TokenFile) -> Callable[..., Token]:
    """Puts a login into the file; `expires_at=0` is one that needs a refresh."""

    def store(
        *, access: str = "old", refresh: str | None = "refresh-0", expires_at: int = 0, flow: str = "pkce"
    ) -> Token:
        token = Token("c", flow, "one", access, "Bearer", expires_at, refresh, 1_780_000_000)
        file.save(token)
        return token

    return store
