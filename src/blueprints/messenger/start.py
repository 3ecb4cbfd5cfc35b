"""What must be there before the first worker starts: the lobby, the moderators' group, a store that works."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from blueprints import output
from blueprints.messenger.app import store
from blueprints.messenger.core.rooms import LOBBY

if TYPE_CHECKING:
    from blueprints.messenger.config import MessengerConfig

MODERATORS = "Moderators"


def prepare(config: MessengerConfig, demo: bool) -> None:
    """Raises UpstreamError if the store cannot be used."""
    from blueprints.messenger.models import Room

    for warning in asyncio.run(_store_warnings(config)):
        output.warning(warning)
    Room.objects.get_or_create(slug=LOBBY, defaults={"title": "Lobby"})
    _make_moderators()
    if demo:
        from blueprints.messenger.demo import prepare as prepare_demo

        prepare_demo()


async def _store_warnings(config: MessengerConfig) -> list[str]:
    made = store(config)
    try:
        return await made.open()
    finally:
        await made.close()


def _make_moderators() -> None:
    """Whoever is in this group, or is a superuser, moderates."""
    from django.contrib.auth.models import Group, Permission

    group, _ = Group.objects.get_or_create(name=MODERATORS)
    group.permissions.add(Permission.objects.get(codename="moderate", content_type__app_label="messenger"))
