"""Logging in and out at the fake, which enforces PKCE, secrets and redirect addresses."""

import json
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from blueprints.spotify.demo.accounts import CLIENT_ID
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from tests.conftest import Run


class Browser:
    """Follows the login link and what it leads to."""

    def __init__(self) -> None:
        self.link = ""
        self.page: httpx.Response | None = None
        self.thread: threading.Thread | None = None

    def open(self, link: str) -> bool:
        self.link = link
        self.thread = threading.Thread(target=self.visit)
        self.thread.start()
        return True

    def visit(self) -> None:
        self.page = httpx.get(self.link, follow_redirects=True, trust_env=False)

    def wait(self) -> httpx.Response:
        assert self.thread
        self.thread.join(60)
        assert self.page is not None
        return self.page


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, server: Server, world: World) -> Iterator[Browser]:
    """It ends before the server does."""
    made = Browser()
    monkeypatch.setattr(webbrowser, "open", made.open)
    world.accounts.consent = "agree"
    yield made
    if made.thread:
        made.wait()


def test_login_and_logout(run: Run, server: Server, world: World, browser: Browser, token_path: Path) -> None:
    found = run("spotify", "login", expect=0)
    assert found.stdout.startswith("Logged in as Demo Listener; the login ends on 20")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(browser.link).query).items()}
    sent = {name: values[0] for name, values in parse_qs(world.asked("POST")[0].body.decode()).items()}
    bound = urlsplit(asked["redirect_uri"])
    assert asked["redirect_uri"] == sent["redirect_uri"]
    assert (bound.hostname, bound.path) == ("127.0.0.1", "/callback")
    assert bound.port
    assert len(asked["scope"].split()) == 10
    assert "client_secret" not in sent
    stored = json.loads(token_path.read_text())
    assert list(stored) == [
        "version",
        "client_id",
        "flow",
        "scope",
        "access_token",
        "token_type",
        "expires_at",
        "refresh_token",
        "authorized_at",
    ]
    assert stored["access_token"] not in found.stdout + found.stderr
    assert run("spotify", "status", expect=0).stdout.startswith("playing: ")
    assert run("spotify", "logout", expect=0).stdout == "Logged out.\n"
    assert not token_path.exists()
    assert run("spotify", "logout", expect=0).stdout == "There was no login.\n"


def test_login_with_the_secret(run: Run, server: Server, world: World, browser: Browser, token_path: Path) -> None:
    run("spotify", "login", "--flow", "code", expect=0)
    assert json.loads(token_path.read_text())["flow"] == "code"
    assert "authorization" in world.asked("POST")[0].headers
    stored = json.loads(token_path.read_text())
    token_path.write_text(json.dumps({**stored, "expires_at": 0}))
    run("spotify", "status", expect=0)
    assert "authorization" in world.asked("POST")[1].headers


def test_a_declined_login_stores_nothing(
    run: Run, server: Server, world: World, browser: Browser, token_path: Path
) -> None:
    world.accounts.consent = "decline"
    found = run("spotify", "login", expect=4)
    assert "you declined" in found.stderr
    assert "You declined" in browser.wait().text
    assert not token_path.exists()


def test_a_login_nobody_answers(run: Run, server: Server, world: World, browser: Browser) -> None:
    world.accounts.consent = "ask"
    found = run("spotify", "login", "--timeout", "1", expect=4)
    assert "no answer from the browser within 1 s" in found.stderr
    assert "blueprints asks for" in browser.wait().text


def test_an_address_that_is_not_registered(run: Run, server: Server, world: World, browser: Browser) -> None:
    env = {"BLUEPRINTS_SPOTIFY__REDIRECT_URI": "http://127.0.0.1/other"}
    run("spotify", "login", "--timeout", "1", env=env, expect=4)
    assert "Invalid redirect URI" in browser.wait().text


@pytest.mark.parametrize("uri", ["http://localhost/callback", "http://example.org/callback"])
def test_unsafe_addresses_are_refused(run: Run, server: Server, world: World, uri: str) -> None:
    found = run("spotify", "login", env={"BLUEPRINTS_SPOTIFY__REDIRECT_URI": uri}, expect=2)
    assert "http://127.0.0.1/callback" in found.stderr
    assert world.log == []


def test_login_by_paste(
    run: Run, server: Server, world: World, monkeypatch: pytest.MonkeyPatch, token_path: Path
) -> None:
    world.accounts.consent = "agree"
    answers = ["nonsense"]
    said: list[str] = []

    def ask(question: str) -> str:
        if answers:
            return answers.pop()
        link = next(text for text in said if "authorize?" in text).split("\n")[1]
        return httpx.get(link, trust_env=False).headers["location"]

    from blueprints.auth import consent

    assert consent.login.__kwdefaults__
    monkeypatch.setitem(consent.login.__kwdefaults__, "say", said.append)
    monkeypatch.setitem(consent.login.__kwdefaults__, "ask", ask)
    run("spotify", "login", "--no-browser", expect=0)
    assert json.loads(token_path.read_text())["client_id"] == CLIENT_ID


def test_three_pastes_without_a_code(run: Run, server: Server, token_path: Path) -> None:
    found = run("spotify", "login", "--no-browser", input="a\nb\nc\nd\n", expect=4)
    assert "in 3 tries" in found.stderr
    assert not token_path.exists()
