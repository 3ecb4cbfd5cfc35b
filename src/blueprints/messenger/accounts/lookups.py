"""What the live half asks of the database: on four threads, each giving its connection back."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.db import connection
from django.http import HttpRequest

from blueprints.messenger import models
from blueprints.messenger.accounts import moderation
from blueprints.messenger.core.lifetimes import Limits
from blueprints.messenger.core.messages import Author
from blueprints.messenger.core.rooms import Room
from blueprints.messenger.core.senders import Sender
from blueprints.messenger.core.times import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 4
T = TypeVar("T")


class Lookups:
    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, "lookup")

    async def of_session(self, key: str) -> Sender | None:
        return await self._asked(lambda: session_sender(key))

    async def of_token(self, token: str) -> Sender | None:
        return await self._asked(lambda: token_sender(token))

    async def log_deletion(self, moderator: str, account: str, room: str, reason: str) -> None:
        await self._asked(lambda: moderation.log_deletion(_user(moderator), _user(account), room, reason))

    async def rooms(self) -> list[Room]:
        return await self._asked(rooms)

    async def _asked(self, question: Callable[[], T]) -> T:
        def answer() -> T:
            try:
                return question()
            finally:
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self.threads, answer)


def session_sender(key: str) -> Sender | None:
    """Whose session it is, if Django accepts it still: a changed password or a deleted account ends it."""
    from django.contrib.sessions.backends.db import SessionStore

    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    return sender(user, key) if user.is_authenticated and user.is_active else None


def token_sender(token: str) -> Sender | None:
    """Whose API key it is."""
    key = models.ApiKey.objects.select_related("user").filter(digest=models.key_digest(token)).first()
    if key is None or not key.user.is_active:
        return None
    owner = sender(key.user)
    author = Author(key.public_id, key.label, bot=True, owner=owner.author.name)
    return Sender(owner.account, author, owner.email, False, owner.suspended_until_ms, key=key.pk)


def _user(account: str) -> Any:
    """The account of that id, None if it is gone."""
    return get_user_model().objects.filter(pk=account).first() if account.isdecimal() else None


def sender(user: Any, session: str = "") -> Sender:
    """Who writes as this account: its e-mail only where members may see it; suspended until 0 means not at all."""
    until = models.suspended_until(user.pk)
    return Sender(
        account=str(user.pk),
        author=Author(user.public_id, models.shown_name(user)),
        email=user.email if settings.SERVICE_CONFIG.show_email and user.email else None,
        is_moderator=user.has_perm("messenger.moderate"),
        suspended_until_ms=milliseconds(until) if until else 0,
        session=session,
    )


def rooms() -> list[Room]:
    return [room(each) for each in models.Room.objects.all()]


def room(row: models.Room) -> Room:
    """A room with its limits kept inside those of the server."""
    server = server_limits()
    wanted = Limits(
        _ms(row.lifetime_default, server.default), _ms(row.lifetime_min, server.min), _ms(row.lifetime_max, server.max)
    )
    return Room(row.slug, row.title, wanted.within(server), row.open)


def server_limits() -> Limits:
    config = settings.SERVICE_CONFIG
    return Limits(_ms(config.lifetime, 0), _ms(config.lifetime_min, 0), _ms(config.lifetime_max, 0))


def _ms(value: timedelta | None, default: int) -> int:
    return default if value is None else value // timedelta(milliseconds=1)
