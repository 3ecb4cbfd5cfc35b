"""Who posts, as the accounts told it, remembered for a few seconds."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from blueprints.messenger.stores import Allowance

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from blueprints.messenger.core.senders import Sender

MOST = 20_000


class Accounts(Protocol):
    """What the live half asks of the accounts; each question may take a thread and a database."""

    async def of_session(self, key: str) -> Sender | None:
        """Whose session it is, if Django would still accept it."""

    async def of_token(self, token: str) -> Sender | None:
        """Whose API key it is."""

    async def log_deletion(self, moderator: str, account: str, room: str, reason: str) -> None:
        """Write into the moderation log that a moderator deleted a message of another account."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """How much people and bots may post."""

    burst: int
    per_second: float
    bot_burst: int
    bot_per_second: float

    def of(self, sender: Sender) -> Allowance:
        if sender.author.bot:
            return Allowance(sender.author.id, self.bot_burst, self.bot_per_second)
        return Allowance(sender.author.id, self.burst, self.per_second)


class Known:
    """Answers of the accounts, kept until they are revoked, at most `seconds`."""

    def __init__(
        self, ask: Callable[[str], Awaitable[Sender | None]], seconds: float, time: Callable[[], float]
    ) -> None:
        self.ask, self.seconds, self.time = ask, seconds, time
        self.answers: OrderedDict[str, tuple[float, Sender]] = OrderedDict()
        self.forgotten = 0

    async def get(self, key: str) -> Sender | None:
        """Who this is, None for nobody; nobody is asked for again each time."""
        known = self.answers.get(key)
        if known and known[0] > self.time():
            return known[1]
        before = self.forgotten
        sender = await self.ask(key)
        # an answer that was asked for before a revocation must not outlive it
        if sender and before == self.forgotten:
            self._keep(key, sender)
        return sender

    def forget(self, is_meant: Callable[[Sender], bool]) -> None:
        self.forgotten += 1
        for key in [key for key, (_, sender) in self.answers.items() if is_meant(sender)]:
            del self.answers[key]

    def _keep(self, key: str, sender: Sender) -> None:
        self.answers.pop(key, None)
        self.answers[key] = (self.time() + self.seconds, sender)
        if len(self.answers) > MOST:
            self.answers.popitem(last=False)
