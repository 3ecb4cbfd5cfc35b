"""`--demo`: a member, an admin, and a room in which a bot tells the time."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from blueprints import clock, output
from blueprints.messenger.core import posts
from blueprints.messenger.core.messages import Author
from blueprints.messenger.core.refusals import Refused
from blueprints.messenger.core.senders import Sender
from blueprints.web.accounts import demo

if TYPE_CHECKING:
    from pathlib import Path

    from blueprints.messenger.live.half import Live
    from blueprints.web.accounts.models import User

ROOM = "demo"
EVERY_S = 5
FLAG = "BLUEPRINTS_MESSENGER_DEMO"
"""Tells the workers that the bot is wanted."""
BOT = Sender(account="demo", author=Author("b_demo", "Clock", bot=True, owner="the demo"))
"""Nobody's own: the member `demo` must not be offered to delete what it says."""
PEOPLE = (("demo", "demo@example.com", False), ("admin", "admin@example.com", True))
log = logging.getLogger(__name__)


def prepare() -> None:
    """Make room and people, and say how to log in as long as the passwords hold."""
    from blueprints.messenger.models import Room
    from blueprints.messenger.service import SERVICE
    from blueprints.web import settings

    os.environ[FLAG] = "1"
    wanted = {"title": "Demo", "lifetime_default": timedelta(seconds=15)}
    Room.objects.get_or_create(slug=ROOM, defaults=wanted)
    folder = settings.folder(SERVICE)
    for name, email, is_admin in PEOPLE:
        user = _member(folder, name, email, is_admin)
        if password := demo.standing(folder, email, user):
            output.notice(f"Messenger: demo log-in as {email} with the password {password}")


def _member(folder: Path, name: str, email: str, is_admin: bool) -> User:
    """The account with that address; a new one gets a password, kept in the folder."""
    from allauth.account.models import EmailAddress

    from blueprints.web.accounts.models import User

    if (found := User.objects.filter(email__iexact=email).first()) is not None:
        return found
    user = User(username=name, email=email, display_name=name, is_staff=is_admin, is_superuser=is_admin)
    user.set_password(demo.new_password(folder, email))
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


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
