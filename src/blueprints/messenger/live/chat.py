"""What one can do in a room: read, post, delete, type. The pages and the API both go through here."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any

from blueprints.messenger.core import cursors, posts, times
from blueprints.messenger.core.lifetimes import lifetime
from blueprints.messenger.core.messages import line
from blueprints.messenger.core.refusals import (
    BadRequest,
    ClientIdReused,
    Flooded,
    Forbidden,
    Gone,
    NotFound,
    ReadOnly,
    Refused,
)
from blueprints.messenger.links import links
from blueprints.messenger.stores import Draft, Full

if TYPE_CHECKING:
    from collections.abc import Callable

    from blueprints.messenger.core.messages import Message
    from blueprints.messenger.core.senders import Sender
    from blueprints.messenger.live.directory import Directory
    from blueprints.messenger.live.senders import Allowances
    from blueprints.messenger.stores import Order, Page, Store


class Chat:
    def __init__(
        self, store: Store, directory: Directory, allowances: Allowances, now_ms: Callable[[], int], secret: bytes
    ) -> None:
        self.store, self.directory, self.allowances = store, directory, allowances
        self.now_ms, self.secret = now_ms, secret

    async def post(self, sender: Sender, post: Callable[[], posts.Post]) -> tuple[Message, bool]:
        """The message, and whether it is new. Raises Refused.

        `post` checks the fields. The flood limit comes first, so also what it refuses takes a token; what it accepts
        takes it in the same step that keeps the message.
        """
        try:
            draft = await self._draft(sender, post())
        except Refused:
            await self.take(sender)
            raise
        posted = await self.store.post(draft, self.allowances.of(sender))
        match posted.outcome:
            case "flood":
                raise _flooded(posted.wait_ms)
            case "reused":
                raise ClientIdReused("This client_id was used for another message.")
            case "gone":
                raise Gone("The first message with this client_id is gone.")
            case "full":
                raise Full("The message store is full.")
        assert posted.message is not None  # noqa: S101 - the two outcomes left bring a message
        return posted.message, posted.outcome == "posted"

    async def take(self, sender: Sender) -> None:
        """Count one attempt against the flood limit; raises Flooded."""
        if wait_ms := await self.store.take(self.allowances.of(sender)):
            raise _flooded(wait_ms)

    async def page(self, room: str, limit: int, order: Order, before: str | None) -> Page:
        """Raises UnknownRoom or BadRequest."""
        await self.directory.get(room)
        return await self.store.page(room, limit, order, await self._place(order, before))

    async def message(self, id: str) -> Message:
        """Raises NotFound."""
        message = await self.store.get(id) if cursors.is_message_id(id) else None
        if message is None:
            raise NotFound(f"Message not found: {id}")
        return message

    async def delete(self, sender: Sender, id: str) -> Message:
        """The message that was; raises NotFound, or Forbidden if it is another's and the sender no moderator."""
        message = await self.message(id)
        if message.account != sender.account and not sender.is_moderator:
            raise Forbidden("This message is not yours.", "not-yours")
        by = "author" if message.account == sender.account else "moderator"
        if not await self.store.delete(message, by):
            raise NotFound(f"Message not found: {id}")
        return message

    async def delete_all(self, account: str) -> int:
        """Delete what an account and its bots have in all rooms; returns how much."""
        count = 0
        for message in (await self.store.state()).messages:
            count += message.account == account and await self.store.delete(message, "author")
        return count

    async def type(self, sender: Sender, slug: str) -> None:
        """Tell a room that somebody writes. Raises Refused."""
        room = await self.directory.get(slug)
        self._refuse_closed(sender, room.open)
        author = sender.author
        public = {"id": author.id, "name": author.name, "bot": author.bot, "owner": author.owner}
        await self.store.tell({"kind": "typing", "room": slug, "author": public})

    async def _draft(self, sender: Sender, post: posts.Post) -> Draft:
        room = await self.directory.get(post.room)
        lifetime_ms = lifetime(post.lifetime, room.lifetime)
        self._refuse_closed(sender, room.open)
        return Draft(
            id=secrets.token_hex(16),
            room=room.slug,
            text=post.text,
            author=sender.author,
            account=sender.account,
            email=sender.email,
            client_id=post.client_id,
            lifetime_ms=lifetime_ms,
            links=tuple(link.url for link in links(post.text)),
            retry_key=post.client_id and self._digest([sender.author.id, post.client_id]),
            digest=self._digest([post.room, post.text, post.lifetime]) if post.client_id else "",
        )

    def _refuse_closed(self, sender: Sender, room_is_open: bool) -> None:
        if not room_is_open:
            raise ReadOnly("This room is read-only.")
        if sender.suspended_until_ms > self.now_ms():
            until = times.rfc3339(sender.suspended_until_ms)
            raise Forbidden(f"You are suspended until {until}.", "suspended", until=until)

    def _digest(self, value: Any) -> str:
        return hmac.digest(self.secret, line(value).encode(), "sha256").hex()[:32]

    async def _place(self, order: Order, before: str | None) -> tuple[int, str] | None:
        if before is None:
            return None
        if place := cursors.place(before, order):
            return place
        message = await self.store.get(before) if cursors.is_message_id(before) else None
        if message is None:
            raise BadRequest("before must be a next_before of the same order, or the id of a live message")
        return (message.position, "") if order == "posted" else (message.expires_ms, message.id)


def _flooded(wait_ms: int) -> Flooded:
    return Flooded("You post too fast; wait a little.", retry_after_s=-(-wait_ms // 1000))
