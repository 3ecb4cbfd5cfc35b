"""The login service: consent page, codes, tokens; PKCE, secrets and redirect addresses are enforced."""

import base64
import hashlib
import html
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from blueprints.spotify.demo.exchange import Reply, Request, as_json

CLIENT_ID = "demo-client-id"
CLIENT_SECRET = "demo-client-secret"  # noqa: S105 - opens nothing but this fake
LIFETIME_S = 3600
CODE_LIFETIME_S = 600


@dataclass
class Grant:
    """What a code, an access token or a refresh token stands for."""

    scope: str
    expires_at: float = 0
    challenge: str = ""
    redirect_uri: str = ""
    is_user: bool = True


@dataclass
class Accounts:
    """`redirects` are the registered addresses; `rotates` gives a new refresh token with each refresh."""

    now: Callable[[], float]
    redirects: list[str] = field(default_factory=lambda: ["http://127.0.0.1/callback", "http://[::1]/callback"])
    rotates: bool = True
    consent: str = "ask"
    """`ask` shows a page with two links, `agree` and `decline` answer at once."""
    codes: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)

    def handle(self, request: Request) -> Reply | None:
        """The answer, None for a path that is not of this service."""
        if request.path == "/authorize" and request.method == "GET":
            return self._authorize(request.query)
        if request.path == "/api/token" and request.method == "POST":
            return self._token(request)
        return None

    # consent

    def _authorize(self, query: dict[str, str]) -> Reply:
        fault = self._fault_of(query)
        if fault:
            return _page(f"<h1>{html.escape(fault)}</h1>", 400)
        consent = query.pop("consent", self.consent)
        if consent == "ask":
            return _page(_question(query))
        return _sent_back(query, {"error": "access_denied"} if consent == "decline" else {"code": self._code(query)})

    def _fault_of(self, query: dict[str, str]) -> str:
        if query.get("client_id") != CLIENT_ID:
            return "INVALID_CLIENT: Invalid client"
        if not self._is_registered(query.get("redirect_uri", "")):
            return "INVALID_CLIENT: Invalid redirect URI"
        if query.get("response_type") != "code":
            return "response_type must be code"
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "code_challenge_method must be S256"
        return ""

    def _is_registered(self, uri: str) -> bool:
        """The port may vary only if the address was registered without one."""
        if uri in self.redirects:
            return True
        parts = urlsplit(uri)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{parts.path}" in self.redirects

    def _code(self, query: dict[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        expires = self.now() + CODE_LIFETIME_S
        self.codes[code] = Grant(
            query.get("scope", ""), expires, query.get("code_challenge", ""), query["redirect_uri"]
        )
        return code

    # tokens

    def _token(self, request: Request) -> Reply:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        has_secret, known = self._client(request.headers.get("authorization", ""), fields)
        if not known:
            return _error("invalid_client")
        kind = fields.get("grant_type")
        if kind == "authorization_code":
            return self._exchanged(fields, has_secret)
        if kind == "refresh_token":
            return self._refreshed(fields)
        if kind == "client_credentials":
            return self._answer(Grant("", is_user=False), None) if has_secret else _error("invalid_client")
        return _error("unsupported_grant_type")

    def _client(self, authorization: str, fields: dict[str, str]) -> tuple[bool, bool]:
        """(whether the secret was shown, whether the client is known)."""
        if authorization:
            expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            return True, authorization == f"Basic {expected}"
        return False, fields.get("client_id") == CLIENT_ID

    def _exchanged(self, fields: dict[str, str], has_secret: bool) -> Reply:
        grant = self.codes.pop(fields.get("code", ""), None)
        if not grant or grant.expires_at < self.now() or fields.get("redirect_uri") != grant.redirect_uri:
            return _error("invalid_grant")
        if grant.challenge and _challenge(fields.get("code_verifier", "")) != grant.challenge:
            return _error("invalid_grant")
        if not grant.challenge and not has_secret:
            return _error("invalid_request")
        return self._answer(Grant(grant.scope), self.new_refresh(grant.scope))

    def _refreshed(self, fields: dict[str, str]) -> Reply:
        old = fields.get("refresh_token", "")
        grant = self.refresh.get(old)
        if not grant:
            return _error("invalid_grant", "Refresh token revoked")
        if not self.rotates:
            return self._answer(Grant(grant.scope), None)
        del self.refresh[old]
        return self._answer(Grant(grant.scope), self.new_refresh(grant.scope))

    def _answer(self, grant: Grant, refresh: str | None) -> Reply:
        access = self.new_access(grant.scope, is_user=grant.is_user)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME_S, "scope": grant.scope}
        if not grant.is_user:
            del answer["scope"]
        return as_json(answer if refresh is None else {**answer, "refresh_token": refresh})

    def new_access(self, scope: str, *, is_user: bool = True, lifetime_s: float = LIFETIME_S) -> str:
        token = "A" + secrets.token_urlsafe(32)
        self.access[token] = Grant(scope, self.now() + lifetime_s, is_user=is_user)
        return token

    def new_refresh(self, scope: str) -> str:
        token = "R" + secrets.token_urlsafe(32)
        self.refresh[token] = Grant(scope)
        return token


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _error(code: str, description: str = "") -> Reply:
    return as_json({"error": code, "error_description": description or code}, 400)


def _sent_back(query: dict[str, str], answer: dict[str, str]) -> Reply:
    state = {"state": query["state"]} if "state" in query else {}
    return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{urlencode({**answer, **state})}"})


def _question(query: dict[str, str]) -> str:
    links = "".join(
        f'<p><a id="{answer}" href="?{html.escape(urlencode({**query, "consent": answer}))}">{text}</a></p>'
        for answer, text in (("agree", "Agree"), ("decline", "Cancel"))
    )
    scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in query.get("scope", "").split())
    return f"<h1>Demo Spotify</h1><p>blueprints asks for:</p><ul>{scopes}</ul>{links}"


def _page(body: str, status: int = 200) -> Reply:
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo Spotify</title><body>{body}</body></html>'
    return Reply(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
