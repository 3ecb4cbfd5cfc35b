"""A person's login: consent in the browser, the code back by loopback or by paste, the token into its file."""

import sys
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from blueprints.auth import grants
from blueprints.auth.callback import Callback
from blueprints.auth.core import Provider, Redirect, Token
from blueprints.auth.errors import BadRedirect, Declined, LoginFailed, PortTaken
from blueprints.auth.token_file import TokenFile

if TYPE_CHECKING:
    import httpx

PASTES = 3


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def ask(question: str) -> str:
    """One line of standard input; the end of input is an empty answer."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def login(
    provider: Provider,
    file: TokenFile,
    redirect: Redirect,
    *,
    flow: str = "pkce",
    scopes: tuple[str, ...] = (),
    browser: bool = True,
    port: int = 0,
    timeout_s: float = 300,
    say: Callable[[str], None] = say,
    ask: Callable[[str], str] = ask,
    transport: "httpx.BaseTransport | None" = None,
) -> Token:
    """Log a person in and store the token; `port` fills in for a redirect without one (0 = any free one).

    `browser=False` prints the link and takes the pasted address, for a terminal far from the browser. PKCE (S256) and
    state protect both ways. Raises Declined, LoginFailed, TokenRefused, PortTaken, BadRedirect, UpstreamError; nothing
    is stored then.
    """
    attempt = _Attempt(provider, flow, " ".join(scopes))
    if redirect.port and port and port != redirect.port:
        raise PortTaken(f"the redirect address {redirect.uri} names port {redirect.port}; another one is refused")
    if browser:
        code, uri = attempt.by_browser(redirect, port, timeout_s, say)
    else:
        uri = redirect.on(port) if port else redirect.uri
        code = attempt.by_paste(uri, say, ask)
    token = grants.code_exchanged(
        provider,
        flow=flow,
        code=code,
        verifier=attempt.verifier,
        redirect_uri=uri,
        scope=attempt.scope,
        transport=transport,
    )
    with file.locked():
        file.save(token)
    return token


class _Attempt:
    """One consent with its own state and verifier."""

    def __init__(self, provider: Provider, flow: str, scope: str) -> None:
        from authlib.common.security import generate_token

        self.provider = provider
        self.flow = flow
        self.scope = scope
        self.state: str = generate_token(32)
        self.verifier: str = generate_token(64)

    def by_browser(
        self, redirect: Redirect, port: int, timeout_s: float, say: Callable[[str], None]
    ) -> tuple[str, str]:
        """The code and the redirect address that was really used."""
        if not redirect.is_loopback:
            raise BadRedirect(f"the redirect address {redirect.uri} is not on this machine: use --no-browser")
        with Callback(self.provider.name, redirect, self.state, port) as callback:
            link = self._link(callback.uri)
            opened = webbrowser.open(link)
            say(
                f"{'Your browser was sent to' if opened else 'Open this address in a browser of this machine'}:\n{link}"
            )
            return self._code(callback.wait(timeout_s)), callback.uri

    def by_paste(self, uri: str, say: Callable[[str], None], ask: Callable[[str], str]) -> str:
        say(f"Open this address in a browser:\n{self._link(uri)}")
        say(f"Then copy the address of the page it ends at ({uri}?…; that page need not load).")
        for _ in range(PASTES):
            params = _pasted(ask("Paste the address here: "))
            if params.get("state") != self.state:
                say("That is not the answer to this login: the part `state=…` is missing or wrong.")
            elif not params.get("code") and not params.get("error"):
                say("That address holds no code.")
            else:
                return self._code(params)
        raise LoginFailed(f"no usable address in {PASTES} tries; nothing was stored")

    def _link(self, redirect_uri: str) -> str:
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        link: str = prepare_grant_uri(
            self.provider.authorize_url,
            self.provider.client_id,
            "code",
            redirect_uri,
            self.scope,
            self.state,
            code_challenge=create_s256_code_challenge(self.verifier),  # type: ignore[no-untyped-call]  # untyped in Authlib's stubs
            code_challenge_method="S256",
        )
        return link

    def _code(self, params: dict[str, str]) -> str:
        error = params.get("error")
        if error == "access_denied":
            raise Declined(f"you declined the request at {self.provider.name}; nothing was stored")
        if error:
            shown = error[:60] if error.replace("_", "").isalnum() else "an unreadable error"
            raise LoginFailed(f"{self.provider.name} refused the login ({shown}); nothing was stored")
        return params["code"]


def _pasted(text: str) -> dict[str, str]:
    """The query of a pasted address; the query alone will do. Empty for what is no address."""
    from urllib.parse import parse_qs, urlsplit

    try:
        query = urlsplit(text).query or text.lstrip("?")
    except ValueError:  # such as half of an address in brackets
        return {}
    return {name: values[0] for name, values in parse_qs(query).items()}
