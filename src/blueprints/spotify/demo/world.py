"""Everything together: accounts, Web API, failures and the log of what was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from blueprints import clock
from blueprints.spotify.core.scopes import DEFAULT
from blueprints.spotify.demo.accounts import Accounts, Grant
from blueprints.spotify.demo.exchange import Refused, Reply, Request
from blueprints.spotify.demo.faults import Faults
from blueprints.spotify.demo.library import Library
from blueprints.spotify.demo.operations import Operation, operation
from blueprints.spotify.demo.player import Player
from blueprints.spotify.demo.webapi import Call, WebApi

API = "/v1"


def seconds() -> float:
    return clock.now().timestamp()


@dataclass(frozen=True)
class Exchange:
    """A request that was answered, for those who count or check them."""

    request: Request
    reply: Reply
    at: float


@dataclass
class World:
    """One account's Spotify. `premium` and `listed` say what the account and the app's owner allow."""

    now: Callable[[], float] = seconds
    premium: bool = True
    listed: bool = True
    faults: Faults = field(default_factory=Faults)
    log: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.now)
        self.library = Library()
        self.player = Player(self.now)
        self.api = WebApi(self.library, self.player)

    def play_something(self) -> None:
        """Start as most people find their player: in the middle of an album."""
        self.player.play(None, {"context_uri": "spotify:album:al00000000000000000000", "position_ms": 61_000})

    def sign_in(self, scopes: tuple[str, ...] = DEFAULT) -> tuple[str, str]:
        """An access and a refresh token, as a login would give."""
        scope = " ".join(scopes)
        return self.accounts.new_access(scope), self.accounts.new_refresh(scope)

    def handle(self, request: Request) -> Reply:
        reply = self._reply(request)
        self.log.append(Exchange(request, reply, self.now()))
        return reply

    def asked(self, method: str = "", path: str = "") -> list[Request]:
        """The requests so far whose method and path begin like this."""
        requests = [one.request for one in self.log]
        return [one for one in requests if one.method.startswith(method) and one.path.startswith(path)]

    def _reply(self, request: Request) -> Reply:
        fault = self.faults.taken(request)
        if fault:
            return fault
        if not request.path.startswith(API + "/"):
            return self.accounts.handle(request) or Reply(404)
        inner = Request(request.method, request.path.removeprefix(API), request.query, request.headers, request.body)
        try:
            return self._answered(inner)
        except Refused as refusal:
            return refusal.reply()

    def _answered(self, request: Request) -> Reply:
        if request.method in ("PUT", "POST") and "content-length" not in request.headers:
            return Reply(411, b"Length Required", {"Content-Type": "text/plain"})
        grant = self._grant(request)
        if not self.listed:
            raise Refused(403, "User not registered in the Developer Dashboard")
        found, parts = operation(request)
        self._check(found, grant)
        if request.path.startswith("/me/player") and request.method != "GET" and not self.premium:
            raise Refused(403, "Player command failed: Premium required", "PREMIUM_REQUIRED")
        return found.answer(Call(self.api, request, parts))

    def _grant(self, request: Request) -> Grant:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.accounts.access.get(token) if kind == "Bearer" else None
        if grant is None:
            raise Refused(401, "Invalid access token" if token else "No token provided")
        if grant.expires_at <= self.now():
            raise Refused(401, "The access token expired")
        return grant

    def _check(self, found: Operation, grant: Grant) -> None:
        if found.user and not grant.is_user:
            raise Refused(401, "Valid user authentication required")
        if found.scopes and not set(found.scopes) & set(grant.scope.split()):
            raise Refused(403, "Insufficient client scope")
