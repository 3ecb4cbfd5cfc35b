"""Calls to the Web API: the login's token, retries, waits and refusals in one place.

A GET is tried again twice after connection errors and 5xx; nothing else is ever repeated, except after a 401 (the token
is renewed once) and after a rate limit that is short enough to wait for (such a request was not carried out).
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from blueprints import clock, output
from blueprints.auth import Session
from blueprints.errors import UpstreamError
from blueprints.spotify.core import refusals
from blueprints.spotify.errors import AppLogin, RateLimited, TokenRejected, Unavailable, Unreadable
from blueprints.terminal import harmless

if TYPE_CHECKING:
    import httpx

RETRIES = 2
RETRY_PAUSE_S = 0.3
UNTOLD_WAITS_S = (1.0, 2.0, 4.0)
"""Waits where a rate limit comes without Retry-After; also as many as there are at all."""


@dataclass(frozen=True)
class Call:
    """One request. `asked` names it in messages; `scope` is what it needs; `user` whether it needs a person's login."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    scope: str = ""
    asked: str = "this"
    user: bool = True


class Web:
    """The Web API for one login; safe for threads.

    `patience_s` is the longest rate limit that is waited for; `say` gets a notice then. Raises the errors of
    `blueprints.spotify.errors`, AuthError and UpstreamError.
    """

    def __init__(
        self,
        base_url: str,
        session: Session,
        *,
        patience_s: float = 10.0,
        say: Callable[[str], None] = output.notice,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.session = session
        self._base_url = base_url
        self._patience_s = patience_s
        self._say = say
        self._transport = transport
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    def pause(self, seconds: float) -> None:
        """Wait in this thread."""
        time.sleep(seconds)

    def close(self) -> None:
        if self._client:
            self._client.close()

    def get(self, path: str, query: dict[str, Any] | None = None, **about: Any) -> Any:
        """The JSON of the answer, its texts harmless for a terminal; None for 204."""
        response = self._answer(Call("GET", path, _without_none(query), **about))
        if response.status_code == 204 or not response.content:
            return None
        try:
            return harmless(response.json())
        except ValueError as error:
            raise Unreadable("Spotify's answer is not JSON: try again in a moment") from error

    def put(self, path: str, query: dict[str, Any] | None = None, body: Any = None, **about: Any) -> None:
        """What a success says is not read: live servers send texts that are no JSON."""
        self._answer(Call("PUT", path, _without_none(query), body, **about))

    def post(self, path: str, query: dict[str, Any] | None = None, **about: Any) -> None:
        self._answer(Call("POST", path, _without_none(query), **about))

    def delete(self, path: str, query: dict[str, Any] | None = None, **about: Any) -> None:
        self._answer(Call("DELETE", path, _without_none(query), **about))

    def check(self, call: Call) -> None:
        """Raise AppLogin or MissingScope for what the login cannot do, without any request."""
        if call.user and self.session.flow == "client_credentials":
            raise AppLogin(
                "this login acts for the app alone (client_credentials): it cannot control playback or read an "
                "account; set spotify.flow to pkce, then run `blueprints spotify login`"
            )
        token = self.session.stored() if call.scope else None
        if token and call.scope not in token.scopes():
            raise refusals.missing_scope(call.scope)

    def _answer(self, call: Call) -> "httpx.Response":
        self.check(call)
        waits = iter(UNTOLD_WAITS_S)
        while True:
            try:
                return self._authorized(call)
            except RateLimited as limit:
                untold = next(waits, None)
                seconds = limit.seconds or untold
                if untold is None or seconds is None or seconds > self._patience_s:
                    raise
                self._say(f"Spotify limits the rate of requests: waiting {seconds:.0f} s.")
                self.pause(seconds)

    def _authorized(self, call: Call) -> "httpx.Response":
        token = self.session.access_token()
        try:
            return self._with_retries(call, token)
        except TokenRejected:
            return self._with_retries(call, self.session.renewed(token))

    def _with_retries(self, call: Call, token: str) -> "httpx.Response":
        for attempt in range(RETRIES if call.method == "GET" else 0):
            try:
                return self._checked(call, self._sent(call, token))
            except UpstreamError as error:
                if not _is_worth_a_retry(error):
                    raise
                self.pause(RETRY_PAUSE_S * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load
        return self._checked(call, self._sent(call, token))

    def _sent(self, call: Call, token: str) -> "httpx.Response":
        headers = {"Authorization": f"Bearer {token}"}
        return self._http().request(call.method, call.path, params=call.query, json=call.body, headers=headers)

    def _http(self) -> "httpx.Client":
        with self._lock:
            if self._client is None:
                from blueprints import http

                self._client = http.client("Spotify", base_url=self._base_url, retries=0, transport=self._transport)
            return self._client

    def _checked(self, call: Call, response: "httpx.Response") -> "httpx.Response":
        if response.is_success:
            return response
        from blueprints import http

        seconds = http.retry_after_s(response)
        answer = refusals.Answer(response.status_code, response.text, call.path, call.asked, call.scope, seconds)
        until = (clock.now() + timedelta(seconds=seconds or 0)).astimezone()
        raise refusals.refusal(answer, f"{until:%H:%M:%S}")


def _is_worth_a_retry(error: UpstreamError) -> bool:
    """Connection errors come as plain UpstreamError, 5xx as Unavailable; a rate limit or a quota is not tried again."""
    return type(error) in (UpstreamError, Unavailable)


def _without_none(query: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (query or {}).items() if value is not None and value != ""}
