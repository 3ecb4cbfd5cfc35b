"""Logging in by browser and by paste."""

import threading
import webbrowser
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from blueprints.auth import (
    BadRedirect,
    Declined,
    LoginFailed,
    PortTaken,
    Provider,
    Redirect,
    TokenFile,
    TokenRefused,
    login,
)
from blueprints.auth.callback import Callback

from .token_server import TokenServer

LOOPBACK = Redirect.parse("http://127.0.0.1/callback")
Answer = Callable[[dict[str, str]], dict[str, str]]


class Browser:
    """Follows the consent link as `answer` decides; keeps the pages it was shown."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.pages: list[httpx.Response] = []
        self.answers: list[Answer] = [lambda asked: {"code": "CODE", "state": asked["state"]}]
        self.thread: threading.Thread | None = None
        self.opens = True

    def open(self, link: str) -> bool:
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        if self.opens:
            self.thread = threading.Thread(target=self.visit)
            self.thread.start()
        return self.opens

    def visit(self) -> None:
        for answer in self.answers:
            address = f"{self.asked['redirect_uri']}?{urlencode(answer(self.asked))}"
            self.pages.append(httpx.get(address, trust_env=False))

    def shown(self) -> list[httpx.Response]:
        """The pages, once it has seen them all."""
        assert self.thread
        self.thread.join(60)
        assert len(self.pages) == len(self.answers)
        return self.pages


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """It ends with the test."""
    made = Browser()
    monkeypatch.setattr(webbrowser, "open", made.open)
    yield made
    if made.thread:
        made.shown()


def test_login_by_browser(
    provider: Provider, file: TokenFile, server: TokenServer, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    token = login(provider, file, LOOPBACK, scopes=("one", "two"))
    assert file.read() == token
    assert (token.access_token, token.flow, token.scope) == ("access-1", "pkce", "one two")
    asked, sent = browser.asked, server.requests[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "one two")
    assert asked["redirect_uri"] == sent["redirect_uri"] != "http://127.0.0.1/callback"
    assert (sent["code"], sent["client_id"]) == ("CODE", "c")
    assert 43 <= len(sent["code_verifier"]) <= 128
    assert "Your browser was sent to" in capsys.readouterr().err
    assert browser.shown()[0].status_code == 200


def test_the_code_flow_sends_the_secret(
    provider: Provider, file: TokenFile, server: TokenServer, browser: Browser
) -> None:
    assert login(provider, file, LOOPBACK, flow="code").flow == "code"
    assert server.requests[0]["authorization"].startswith("Basic ")


def test_without_a_browser_the_link_is_printed(
    provider: Provider, file: TokenFile, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.opens = False
    with pytest.raises(LoginFailed, match=r"within 0 s; nothing was stored"):
        login(provider, file, LOOPBACK, timeout_s=0)
    assert (
        "Open this address in a browser of this machine:\nhttps://accounts.test/authorize?" in capsys.readouterr().err
    )
    assert file.read() is None


def test_a_declined_consent_stores_nothing(
    provider: Provider, file: TokenFile, server: TokenServer, browser: Browser
) -> None:
    browser.answers = [lambda asked: {"error": "access_denied", "state": asked["state"]}]
    with pytest.raises(Declined, match="you declined") as refusal:
        login(provider, file, LOOPBACK)
    assert refusal.value.exit_code == 4
    assert "You declined" in browser.shown()[0].text
    assert server.requests == []
    assert file.read() is None


@pytest.mark.parametrize(("error", "shown"), [("invalid_scope", "invalid_scope"), ("<b>", "an unreadable error")])
def test_another_error_of_the_provider_is_told(
    provider: Provider, file: TokenFile, browser: Browser, error: str, shown: str
) -> None:
    browser.answers = [lambda asked: {"error": error, "state": asked["state"]}]
    with pytest.raises(LoginFailed, match=shown):
        login(provider, file, LOOPBACK)
    assert "<b>" not in browser.shown()[0].text


def test_wrong_state_is_refused_and_the_wait_goes_on(provider: Provider, file: TokenFile, browser: Browser) -> None:
    browser.answers = [
        lambda asked: {"code": "EVIL", "state": "wrong"},
        lambda asked: {"code": "EVIL"},
        lambda asked: {"state": asked["state"]},
        lambda asked: {"code": "GOOD", "state": asked["state"]},
    ]
    login(provider, file, LOOPBACK)
    assert [page.status_code for page in browser.shown()] == [400, 400, 400, 200]


def test_a_refused_code_stores_nothing(
    provider: Provider, file: TokenFile, server: TokenServer, browser: Browser
) -> None:
    server.answers = [(400, {"error": "invalid_grant", "error_description": "CODE and more"})]
    with pytest.raises(TokenRefused, match=r"\(invalid_grant\)") as refusal:
        login(provider, file, LOOPBACK)
    assert "CODE" not in str(refusal.value)
    assert file.read() is None


def test_a_second_callback_and_other_paths_are_refused() -> None:
    with Callback("Tunes", LOOPBACK, "s") as callback, httpx.Client(trust_env=False) as client:
        good = client.get(f"{callback.uri}?code=1&state=s")
        again = client.get(f"{callback.uri}?code=2&state=s")
        elsewhere = client.get(callback.uri.replace("/callback", "/favicon.ico"))
        assert (good.status_code, again.status_code, elsewhere.status_code) == (200, 400, 404)
        assert callback.wait(1) == {"code": "1", "state": "s"}
        assert good.headers["Referrer-Policy"] == "no-referrer"


def test_the_error_on_the_page_is_escaped() -> None:
    with Callback("Tunes", LOOPBACK, "s") as callback:
        page = httpx.get(callback.uri, params={"error": "<script>x</script>", "state": "s"}, trust_env=False)
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text


def test_a_client_that_hangs_up_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with Callback("Tunes", LOOPBACK, "s") as callback:
        callback._server.handle_error(None, None)
        httpx.get(callback.uri, trust_env=False)
    assert capsys.readouterr().err == ""


def test_a_taken_fixed_port_is_named() -> None:
    with Callback("Tunes", LOOPBACK, "s") as holder:
        port = urlsplit(holder.uri).port
        taken = Redirect.parse(f"http://127.0.0.1:{port}/callback")
        with pytest.raises(PortTaken, match=f"port {port} of 127.0.0.1") as refusal:
            Callback("Tunes", taken, "s")
        with pytest.raises(PortTaken, match=str(port)):
            Callback("Tunes", LOOPBACK, "s", port or 0)
        with Callback("Tunes", LOOPBACK, "s") as other:
            assert other.uri != holder.uri
    assert refusal.value.exit_code == 2


def test_a_port_other_than_the_registered_one_is_refused(provider: Provider, file: TokenFile) -> None:
    with pytest.raises(PortTaken, match="names port 8899"):
        login(provider, file, Redirect.parse("http://127.0.0.1:8899/callback"), port=9000)


def test_ipv6_loopback() -> None:
    with Callback("Tunes", Redirect.parse("http://[::1]/cb"), "s") as callback:
        assert callback.uri.startswith("http://[::1]:")
        assert httpx.get(callback.uri, params={"code": "1", "state": "s"}, trust_env=False).status_code == 200


def test_a_redirect_elsewhere_needs_pasting(provider: Provider, file: TokenFile) -> None:
    with pytest.raises(BadRedirect, match="--no-browser"):
        login(provider, file, Redirect.parse("https://example.org/back"))


class Terminal:
    """Answers the question by `pastes`, each made from the link that was printed."""

    def __init__(self, *pastes: Answer | str) -> None:
        self.pastes = list(pastes)
        self.said: list[str] = []
        self.asked: dict[str, str] = {}

    def say(self, text: str) -> None:
        if "\nhttps://" in text:
            self.asked = {name: values[0] for name, values in parse_qs(urlsplit(text.split("\n")[1]).query).items()}
        self.said.append(text)

    def ask(self, question: str) -> str:
        paste = self.pastes.pop(0)
        return paste if isinstance(paste, str) else f"{self.asked['redirect_uri']}?{urlencode(paste(self.asked))}"


def test_login_by_paste(provider: Provider, file: TokenFile, server: TokenServer) -> None:
    terminal = Terminal("", "http://127.0.0.1/callback?code=x&state=no", lambda a: {"code": "C", "state": a["state"]})
    token = login(provider, file, LOOPBACK, browser=False, say=terminal.say, ask=terminal.ask)
    assert file.read() == token
    assert server.requests[0]["code"] == "C"
    assert server.requests[0]["redirect_uri"] == terminal.asked["redirect_uri"] == "http://127.0.0.1/callback"


def test_the_query_alone_may_be_pasted(provider: Provider, file: TokenFile, server: TokenServer) -> None:
    terminal = Terminal()
    terminal.ask = lambda question: f"?code=C&state={terminal.asked['state']}"  # type: ignore[method-assign]  # a test's own answer
    login(provider, file, LOOPBACK, browser=False, port=4711, say=terminal.say, ask=terminal.ask)
    assert server.requests[0]["redirect_uri"] == "http://127.0.0.1:4711/callback"


def test_three_pastes_without_a_code_end_the_login(provider: Provider, file: TokenFile) -> None:
    terminal = Terminal("", "http://[::1/half", lambda asked: {"state": asked["state"]}, "never asked for")
    with pytest.raises(LoginFailed, match="no usable address in 3 tries") as refusal:
        login(provider, file, LOOPBACK, browser=False, say=terminal.say, ask=terminal.ask)
    assert refusal.value.exit_code == 4
    assert terminal.pastes == ["never asked for"]
    assert file.read() is None


def test_nonsense_is_no_answer(provider: Provider, file: TokenFile) -> None:
    with pytest.raises(LoginFailed, match="no usable address"):
        login(provider, file, LOOPBACK, browser=False, say=Terminal().say, ask=lambda _question: "nonsense")


def test_a_pasted_refusal_is_told(provider: Provider, file: TokenFile) -> None:
    terminal = Terminal(lambda asked: {"error": "access_denied", "state": asked["state"]})
    with pytest.raises(Declined):
        login(provider, file, LOOPBACK, browser=False, say=terminal.say, ask=terminal.ask)


def test_the_terminal_is_read_from_standard_input(
    provider: Provider, file: TokenFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Nothing:
        def readline(self) -> str:
            return ""

    monkeypatch.setattr("sys.stdin", Nothing())
    with pytest.raises(LoginFailed):
        login(provider, file, LOOPBACK, browser=False)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("Paste the address here: ") == 3
