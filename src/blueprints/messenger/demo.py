"""`--demo`: a member, an admin, and a room in which a bot tells the time."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from blueprints import clock, output
from blueprints.messenger.core import posts
from blueprints.messenger.core.messages import Author
from blueprints.messenger.core.refusals import Refused
from blueprints.messenger.core.senders import Sender

if TYPE_CHECKING:
    from blueprints.messenger.live.half import Live

ROOM = "demo"
EVERY_S = 5
FLAG = "BLUEPRINTS_MESSENGER_DEMO"
"""Tells the workers that the bot is wanted."""
BOT = Sender(account="demo", author=Author("b_demo", "Clock", bot=True, owner="demo"))
PEOPLE = (("demo", "demo@example.com", False), ("admin", "admin@example.com", True))
log = logging.getLogger(__name__)


def prepare() -> None:
    """Make room and people; the passwords of new ones are printed this once."""
    from blueprints.messenger.models import Room

    os.environ[FLAG] = "1"
    wanted = {"title": "Demo", "lifetime_default": timedelta(seconds=15)}
    Room.objects.get_or_create(slug=ROOM, defaults=wanted)
    for name, email, is_admin in PEOPLE:
        if password := _made(name, email, is_admin):
            output.notice(f"Messenger: demo log-in as {email} with the password {password}")


def _made(name: str, email: str, is_admin: bool) -> str:
    """The new account's password, empty if the account was there."""
    from allauth.account.models import EmailAddress

    from blueprints.web.accounts.models import User

    if User.objects.filter(email__iexact=email).exists():
        return ""
    password = secrets.token_urlsafe(12)
    user = User(username=name, email=email, display_name=name, is_staff=is_admin, is_superuser=is_admin)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return password


def is_wanted() -> bool:
    return bool(os.environ.get(FLAG))


async def tell_the_time(live: Live) -> None:
    """Post the time every 5 seconds; of several workers only the first is heard, by its `client_id`."""
    while True:
        now = clock.now()
        await asyncio.sleep(EVERY_S - now.timestamp() % EVERY_S)
        try:
            await live.chat.post(BOT, _time)
        except Refused as error:
            log.warning("the demo's bot cannot post: %s", error)


def _time() -> posts.Post:
    """The same for all workers that ask within 5 seconds."""
    seconds = int(clock.now().timestamp()) // EVERY_S * EVERY_S
    return posts.Post(f"It is {datetime.fromtimestamp(seconds, UTC):%H:%M:%S} UTC.", ROOM, None, f"clock-{seconds}")


def companions(live: Live) -> list[Any]:
    """What runs beside the live half of a worker."""
    return [tell_the_time(live)] if is_wanted() else []
