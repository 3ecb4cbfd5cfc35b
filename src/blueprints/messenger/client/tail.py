"""What `tail` shows: the live list, then what comes, each message once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprints.messenger.client.events import Event, events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprints.messenger.client.api import Api


def tail(
    api: Api, base_url: str, room: str, since: str | None, retry: bool, *, afresh: bool = False
) -> Iterator[Event]:
    """Events of a room; without `since` the messages of the list come first, as events without an id.

    Where the server says that something was missed, the list is read again and what is new in it comes as events;
    with `afresh` all of it, for a screen that begins anew.
    """
    seen: dict[str, None] = {}
    if since is None:
        page = api.page(room, limit=500)
        since = page["head"]
        yield from _new(page["messages"], seen)
    for event in events(base_url, room, since, retry):
        if event.name == "message":
            if event.data["id"] in seen:
                continue
            seen[event.data["id"]] = None
            _shorten(seen)
        yield event
        if event.name == "resync":
            if afresh:
                seen.clear()
            yield from _new(api.page(room, limit=500)["messages"], seen)


def _new(messages: list[dict[str, Any]], seen: dict[str, None]) -> Iterator[Event]:
    for message in messages:
        if message["id"] not in seen:
            seen[message["id"]] = None
            yield Event("message", "", message)


def _shorten(seen: dict[str, None], most: int = 20_000) -> None:
    while len(seen) > most:
        del seen[next(iter(seen))]
