"""A login in use: hands out access tokens, renews them once for everybody who waits."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from blueprints import clock
from blueprints.auth.core import Provider, Token
from blueprints.auth.errors import LoginEnded, NotLoggedIn, TokenRefused
from blueprints.auth.token_file import TokenFile

if TYPE_CHECKING:
    import httpx


class Session:
    """Access tokens for `provider` out of `file`; safe for threads, tasks and processes.

    With flow `client_credentials` a missing or old token is simply asked for anew; every other flow needs a login.
    `say` gets notices. Raises NotLoggedIn, LoginEnded, TokenRefused, BrokenTokenFile, UpstreamError.
    """

    def __init__(
        self,
        provider: Provider,
        file: TokenFile,
        *,
        flow: str = "pkce",
        say: Callable[[str], None] | None = None,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.provider = provider
        self.file = file
        self.flow = flow
        self._say = say
        self._transport = transport
        self._token: Token | None = None
        self._lock = threading.Lock()

    def token(self) -> Token:
        """The token, renewed when less than a minute of it is left."""
        token = self._token
        if token and token.is_fresh(clock.now()):
            return token
        with self._lock:
            token = self._usable(self._token) or self._usable(self.file.read())
            self._token = token or self._renewed(rejected="")
            return self._token

    def stored(self) -> Token | None:
        """The login as it is known, fresh or not, without any request; None when there is none."""
        return self._token or self._own(self.file.read())

    def require(self) -> None:
        """Raise NotLoggedIn or LoginEnded where no request could help; makes none itself."""
        token = self.stored()
        if self.flow != "client_credentials":
            if token is None:
                raise self._missing()
            if not token.refresh_token and not token.is_fresh(clock.now()):
                raise self._ended()

    def access_token(self) -> str:
        return self.token().access_token

    async def access_token_async(self) -> str:
        """As `access_token`; waiting for the lock or the network happens in a thread."""
        import asyncio

        token = self._token
        if token and token.is_fresh(clock.now()):
            return token.access_token
        return await asyncio.to_thread(self.access_token)

    def renewed(self, rejected: str) -> str:
        """Another access token than `rejected`, which the provider answered with 401 although it had time left."""
        with self._lock:
            if self._token and self._token.access_token != rejected and self._token.is_fresh(clock.now()):
                return self._token.access_token
            self._token = self._renewed(rejected)
            return self._token.access_token

    async def renewed_async(self, rejected: str) -> str:
        import asyncio

        return await asyncio.to_thread(self.renewed, rejected)

    def _own(self, token: Token | None) -> Token | None:
        """A person's login is not used, and not replaced, by a program that was told to act for the app alone."""
        app_only = self.flow == "client_credentials"
        return token if token and (token.flow == "client_credentials") == app_only else None

    def _usable(self, token: Token | None) -> Token | None:
        token = self._own(token)
        return token if token and token.is_fresh(clock.now()) else None

    def _renewed(self, rejected: str) -> Token:
        with self.file.locked():
            stored = self.file.read()  # another process may have renewed it while this one waited for the lock
            token = self._usable(stored)
            if token and token.access_token != rejected:
                return token
            fresh = self._granted(self._own(stored))
            if stored is None or self._own(stored):
                self._save(fresh)
            return fresh

    def _granted(self, token: Token | None) -> Token:
        from blueprints.auth import grants

        if self.flow == "client_credentials":
            return grants.client_credentials(self.provider, transport=self._transport)
        if token is None:
            raise self._missing()
        if not token.refresh_token:
            raise self._ended()
        return self._refreshed(token)

    def _refreshed(self, token: Token) -> Token:
        from blueprints.auth import grants

        try:
            return grants.refreshed(self.provider, token, transport=self._transport)
        except TokenRefused as error:
            if error.code != "invalid_grant":
                raise
            self._token = None
            self._save(token.ended())  # so that nobody asks with the dead refresh token again
            raise self._ended() from error

    def _missing(self) -> NotLoggedIn:
        return NotLoggedIn(f"not logged in to {self.provider.name}: run `{self.provider.login_command}`")

    def _ended(self) -> LoginEnded:
        return LoginEnded(f"the login at {self.provider.name} ended: run `{self.provider.login_command}`")

    def _save(self, token: Token) -> None:
        """A full disk must not lose a token that was just granted: it is used for this run."""
        try:
            self.file.save(token)
        except OSError as error:
            if self._say:
                self._say(f"The token could not be stored in {self.file.path} ({error.strerror}).")
