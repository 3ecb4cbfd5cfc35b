"""Who sends a request: a session with Django's own CSRF check, or an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.messenger.core.refusals import Forbidden, NotLoggedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from blueprints.messenger.core.senders import Sender
    from blueprints.messenger.live.senders import Known


class Identity:
    def __init__(self, sessions: Known, tokens: Known, cookie: str, csrf: Callable[[Request], str]) -> None:
        self.sessions, self.tokens, self.cookie = sessions, tokens, cookie
        self.csrf = csrf
        """The reason for a refusal, or nothing."""

    async def reader(self, request: Request) -> Sender | None:
        """Who reads, if it is somebody; never refuses."""
        if token := _token(request):
            return await self.tokens.get(token)
        session = request.cookies.get(self.cookie)
        return await self.sessions.get(session) if session else None

    async def writer(self, request: Request) -> Sender:
        """Who writes; raises NotLoggedIn or Forbidden."""
        sender = await self.reader(request)
        if sender is None:
            raise NotLoggedIn("Please log in")
        if not sender.author.bot:
            self._refuse_foreign(request)
        return sender

    def _refuse_foreign(self, request: Request) -> None:
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Forbidden("This request comes from another site.", "csrf")
        if reason := self.csrf(request):
            raise Forbidden(f"{reason}; reload the page.", "csrf")


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
