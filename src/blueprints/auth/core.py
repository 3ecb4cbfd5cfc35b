"""Rules of a login: what a token is, when it is renewed, when the login ends, which redirect addresses are safe."""

import calendar
import ipaddress
import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from blueprints.auth.errors import BadRedirect

VERSION = 1
FLOWS = ("pkce", "code", "client_credentials")
AHEAD_S = 60
"""Seconds before its end from which an access token counts as expired."""
DEFAULT_LIFETIME_S = 3600
LONGEST_LIFETIME_S = 10 * 366 * 86_400
"""Ten years: an answer that says more says that the token does not end."""
LATEST = 100_000_000_000
"""Seconds since 1970 beyond which (in the year 5138) no time in a token file is meant."""


@dataclass(frozen=True)
class Provider:
    """Whose login this is and where its two OAuth endpoints are."""

    name: str
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    login_command: str = ""


@dataclass(frozen=True)
class Token:
    """What the token file holds; times are whole seconds since 1970 (UTC)."""

    client_id: str
    flow: str
    scope: str
    access_token: str = field(repr=False)
    token_type: str
    expires_at: int
    refresh_token: str | None = field(repr=False)
    authorized_at: int
    """When the user last consented; refreshing does not move it."""

    def is_fresh(self, now: datetime) -> bool:
        """Usable for at least the next minute."""
        return bool(self.access_token) and now.timestamp() < self.expires_at - AHEAD_S

    def ended(self) -> "Token":
        """The same login after the provider refused to renew it: nothing left to send."""
        return replace(self, access_token="", refresh_token=None, expires_at=0)

    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())


def granted(answer: dict[str, Any], *, client_id: str, flow: str, now: datetime, scope: str = "") -> Token:
    """The token of a first grant. `scope` is what was asked for; an answer without one means that it was all given."""
    seconds = int(now.timestamp())
    return Token(
        client_id=client_id,
        flow=flow,
        scope=_scope(answer, scope),
        access_token=str(answer["access_token"]),
        token_type=str(answer.get("token_type") or "Bearer"),
        expires_at=seconds + _lifetime_s(answer),
        refresh_token=answer.get("refresh_token") or None,
        authorized_at=seconds,
    )


def renewed(token: Token, answer: dict[str, Any], now: datetime) -> Token:
    """`token` after a refresh: an answer without a refresh token keeps the old one, one with it replaces it."""
    return replace(
        token,
        scope=_scope(answer, token.scope),
        access_token=str(answer["access_token"]),
        expires_at=int(now.timestamp()) + _lifetime_s(answer),
        refresh_token=answer.get("refresh_token") or token.refresh_token,
    )


def _scope(answer: dict[str, Any], default: str) -> str:
    scope = answer.get("scope")
    return scope if isinstance(scope, str) and scope else default


def _lifetime_s(answer: dict[str, Any]) -> int:
    try:
        return max(0, min(int(answer["expires_in"]), LONGEST_LIFETIME_S))
    except (KeyError, TypeError, ValueError, OverflowError):
        return DEFAULT_LIFETIME_S


def token_to_json(token: Token) -> str:
    return json.dumps({"version": VERSION, **asdict(token)}, indent=1) + "\n"


def token_from_json(text: str) -> Token:
    """Raises ValueError (which does not quote the text) when this is not a token file of our version."""
    try:
        stored = json.loads(text)
    except ValueError:
        raise ValueError("not JSON") from None  # the original error would carry the text
    if not isinstance(stored, dict) or stored.get("version") != VERSION:
        raise ValueError(f"not a token file of version {VERSION}")
    values: dict[str, Any] = {entry.name: stored.get(entry.name) for entry in fields(Token)}
    for name, value in values.items():
        if not _fits(name, value):
            raise ValueError(f"{name} is missing or malformed")
    return Token(**values)


def _fits(name: str, value: object) -> bool:
    if name in ("expires_at", "authorized_at"):
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LATEST
    return isinstance(value, str) or (name == "refresh_token" and value is None)


def login_end(authorized_at: int, months: int = 6) -> date:
    """The UTC date on which a login of `months` calendar months ends (31 August + 6 months = 28 or 29 February)."""
    start = datetime.fromtimestamp(authorized_at, UTC).date()
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def warning(token: Token, now: datetime, months: int = 6, days: int = 14) -> str | None:
    """What to tell the user from `days` before the end of the login on, else None."""
    end = login_end(token.authorized_at, months)
    if token.flow == "client_credentials" or now.astimezone(UTC).date() < end - timedelta(days=days):
        return None
    return f"login ends on {end.isoformat()}"


@dataclass(frozen=True)
class Redirect:
    """A checked redirect address: http on a literal loopback address, or https anywhere (then only pasting works)."""

    uri: str
    host: str
    port: int | None
    path: str
    is_loopback: bool

    @classmethod
    def parse(cls, uri: str) -> "Redirect":
        """Raises BadRedirect, naming the address to register instead."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise BadRedirect(f"the redirect address {uri!r} is not an address: {_ADVICE}") from None
        if host == "localhost" or host.endswith(".localhost"):
            raise BadRedirect(f"the redirect address {uri!r} uses a name that other programs can answer for: {_ADVICE}")
        if parts.query or parts.fragment or parts.username or not host:
            raise BadRedirect(f"the redirect address {uri!r} must be scheme, host and path only: {_ADVICE}")
        loopback = parts.scheme == "http" and _is_loopback(host)
        if not loopback and parts.scheme != "https":
            raise BadRedirect(f"the redirect address {uri!r} would send the code unencrypted over a network: {_ADVICE}")
        return cls(uri, host, port, parts.path or "/", loopback)

    def on(self, port: int) -> str:
        """The same address with `port`, as it is sent to both endpoints."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        parts = urlsplit(self.uri)
        return urlunsplit((parts.scheme, f"{host}:{port}", parts.path, "", ""))


_ADVICE = "register and set http://127.0.0.1/callback (any free port is then used) or the same with a port"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
