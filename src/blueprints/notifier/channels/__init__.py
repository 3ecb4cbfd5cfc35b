"""How mails leave: one file a channel, its name is what `notifier.channel` says.

A module has a class `Channel`, made with the settings of its section `notifier.<name>` (a dataclass `Settings` in the
module, if it wants any). Every sender thread has a channel of its own, so that a channel may keep a connection.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from blueprints.notifier.core.outcome import Outcome


@dataclass(frozen=True)
class Parcel:
    """What a channel is handed: one mail to one address."""

    mail_id: str
    from_address: str
    to_address: str
    raw: bytes


class Channel(Protocol):
    def send(self, parcel: Parcel) -> Outcome:
        """Hand over once, without retrying, which is the claimer's business. Never raises for what a provider says."""

    def told(self, mail_id: str) -> Literal["sent", "queued", "unknown"]:
        """What became of a mail whose sender is gone; `unknown` unless the channel can really tell."""

    def quota(self) -> float | None:
        """Mails a second that the provider allows; None where it sets no limit."""

    def close(self) -> None:
        """Let go of connections."""
