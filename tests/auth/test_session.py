"""Access tokens out of the file, renewed once for everybody."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from blueprints.auth import LoginEnded, NotLoggedIn, Provider, Session, Token, TokenFile, TokenRefused
from blueprints.errors import UpstreamError

from .token_server import TokenServer

FAR = 4_000_000_000
Store = Callable[..., Token]


def test_a_fresh_token_makes_no_request(session: Session, stored: Store, server: TokenServer) -> None:
    stored(expires_at=FAR)
    assert session.access_token() == "old"
    assert asyncio.run(session.access_token_async()) == "old"
    assert server.requests == []


def test_without_a_login_the_command_is_named(session: Session, server: TokenServer) -> None:
    with pytest.raises(NotLoggedIn, match="run `blueprints tunes login`") as refusal:
        session.access_token()
    assert refusal.value.exit_code == 4
    assert session.stored() is None
    assert server.requests == []


def test_an_expired_token_is_refreshed_and_stored(
    session: Session, stored: Store, server: TokenServer, file: TokenFile
) -> None:
    before = stored()
    assert session.access_token() == "access-1"
    assert server.requests == [{"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "c"}]
    after = file.read()
    assert after
    assert (after.access_token, after.refresh_token) == ("access-1", "refresh-1")
    assert after.authorized_at == before.authorized_at


def test_an_omitted_refresh_token_is_kept(
    session: Session, stored: Store, server: TokenServer, file: TokenFile
) -> None:
    server.rotates = False
    stored()
    session.access_token()
    after = file.read()
    assert after
    assert after.refresh_token == "refresh-0"


def test_the_secret_is_sent_by_the_code_flow_alone(session: Session, stored: Store, server: TokenServer) -> None:
    stored(flow="code")
    session.access_token()
    assert server.requests[0]["authorization"] == "Basic YzpoaWRkZW4="
    assert "client_id" not in server.requests[0]


def test_a_dead_login_is_asked_about_once(
    session: Session, stored: Store, server: TokenServer, file: TokenFile
) -> None:
    stored()
    server.answers = [(400, {"error": "invalid_grant", "error_description": "Refresh token revoked"})] * 5
    for _ in range(3):
        with pytest.raises(LoginEnded, match="the login at Tunes ended: run `blueprints tunes login`"):
            session.access_token()
    assert len(server.requests) == 1
    after = file.read()
    assert after
    assert after.refresh_token is None


def test_a_dead_login_met_by_many_threads_is_asked_about_once(
    session: Session, stored: Store, server: TokenServer
) -> None:
    stored()
    server.answers = [(400, {"error": "invalid_grant"})] * 50
    with ThreadPoolExecutor(10) as pool:
        outcomes = [pool.submit(session.access_token) for _ in range(10)]
    assert {type(outcome.exception()) for outcome in outcomes} == {LoginEnded}
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "error", "text"),
    [
        (400, {"error": "invalid_client"}, TokenRefused, "check the client id and the client secret"),
        (401, {"error": 7}, TokenRefused, "no reason given"),
        (400, {"error": "<script>"}, TokenRefused, "no reason given"),
        (403, b"plain", TokenRefused, "no reason given"),
        (500, {"error": "server_error"}, UpstreamError, "500 and no token"),
        (429, {"error": "slow"}, UpstreamError, "429"),
        (200, b"garbage", UpstreamError, "200 and no token"),
        (200, {"token_type": "Bearer"}, UpstreamError, "no token"),
    ],
)
def test_other_refusals_leave_the_file_alone(
    session: Session,
    stored: Store,
    server: TokenServer,
    file: TokenFile,
    status: int,
    body: object,
    error: type[Exception],
    text: str,
) -> None:
    before = stored()
    server.answers = [(status, body)]
    with pytest.raises(error, match=text) as refusal:
        session.access_token()
    assert "refresh-0" not in str(refusal.value)
    assert file.read() == before


def test_many_threads_make_one_request(session: Session, stored: Store, server: TokenServer) -> None:
    stored()
    start = threading.Barrier(20)

    def ask() -> str:
        start.wait(60)
        return session.access_token()

    with ThreadPoolExecutor(20) as pool:
        tokens = [future.result() for future in [pool.submit(ask) for _ in range(20)]]
    assert set(tokens) == {"access-1"}
    assert len(server.requests) == 1


def test_many_tasks_make_one_request(session: Session, stored: Store, server: TokenServer) -> None:
    stored()

    async def ask() -> list[str]:
        return await asyncio.gather(*(session.access_token_async() for _ in range(20)))

    assert set(asyncio.run(ask())) == {"access-1"}
    assert len(server.requests) == 1


ASK = """
import sys
from pathlib import Path
from blueprints.auth import Provider, Session, TokenFile
provider = Provider("Tunes", "", sys.argv[2], "c")
session = Session(provider, TokenFile(Path(sys.argv[1]), client_id="c"))
print("ready", flush=True)
sys.stdin.readline()
print(session.access_token())
"""


def test_many_processes_make_one_request(
    stored: Store, server: TokenServer, file: TokenFile, provider: Provider
) -> None:
    stored()
    command = [sys.executable, "-c", ASK, str(file.path), server.url]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, env=dict(os.environ), text=True, stdin=pipe, stdout=pipe) for _ in range(5)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert {process.communicate(timeout=60)[0] for process in processes} == {"access-1\n"}
    assert len(server.requests) == 1


def test_a_rejected_token_is_replaced_once_for_all(session: Session, stored: Store, server: TokenServer) -> None:
    stored(expires_at=FAR)
    assert session.access_token() == "old"
    assert session.renewed("old") == "access-1"
    assert asyncio.run(session.renewed_async("old")) == "access-1"
    assert len(server.requests) == 1


def test_a_token_that_another_process_renewed_is_taken_from_the_file(
    session: Session, stored: Store, server: TokenServer
) -> None:
    stored(expires_at=FAR)
    assert session.access_token() == "old"
    stored(access="newer", expires_at=FAR)
    assert session.renewed("old") == "newer"
    assert server.requests == []


def test_an_app_token_needs_no_login_and_is_kept(provider: Provider, file: TokenFile, server: TokenServer) -> None:
    session = Session(provider, file, flow="client_credentials")
    assert session.access_token() == "access-1"
    assert server.requests == [{"grant_type": "client_credentials", "authorization": "Basic YzpoaWRkZW4="}]
    assert Session(provider, file, flow="client_credentials").access_token() == "access-1"
    assert len(server.requests) == 1
    token = session.stored()
    assert token
    assert (token.flow, token.refresh_token) == ("client_credentials", None)


def test_an_app_token_never_replaces_a_persons_login(
    provider: Provider, file: TokenFile, stored: Store, server: TokenServer
) -> None:
    login = stored(expires_at=FAR)
    session = Session(provider, file, flow="client_credentials")
    assert session.access_token() == "access-1"
    assert session.access_token() == "access-1"
    assert file.read() == login
    assert Session(provider, file).access_token() == "old"


def test_a_full_disk_does_not_lose_the_new_token(
    provider: Provider, file: TokenFile, stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored()
    said: list[str] = []

    def full(token: Token) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "save", full)
    assert Session(provider, file, say=said.append).access_token() == "access-1"
    assert said == [f"The token could not be stored in {file.path} (No space left on device)."]
    assert file.read() == before
    assert Session(provider, file).access_token() == "access-2"


def test_what_a_login_must_have_is_checked_without_a_request(
    provider: Provider, file: TokenFile, stored: Store, server: TokenServer
) -> None:
    with pytest.raises(NotLoggedIn):
        Session(provider, file).require()
    stored(refresh=None)
    with pytest.raises(LoginEnded):
        Session(provider, file).require()
    stored()
    Session(provider, file).require()
    Session(provider, file, flow="client_credentials").require()
    assert server.requests == []
