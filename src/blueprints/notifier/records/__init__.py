"""Where mails are recorded: one file a place, its name is what `notifier.records` says.

A module has a class `Records`. Each change is on disk when the call returns; a claim and a result are conditional, so
that two senders never both win.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import Settled, State


@dataclass(frozen=True)
class Work:
    """What a sender needs of a mail."""

    id: str
    kind: str
    template: str
    locale: str
    to_name: str
    to_address: str
    variables: dict[str, Any]
    attempts: int
    raw: bytes | None
    """The bytes of an earlier attempt, sent again as they are."""
    suppressed: bool = True
    """Whether `causes` may know a cause; False spares the question."""


@dataclass(frozen=True)
class Claim:
    """What is written when a sender takes a mail, before the provider is called."""

    sender: str
    lease_until: datetime
    channel: str
    message_id: str = ""
    subject: str = ""
    template: str = ""
    raw: bytes | None = None
    """The last four are set at the first attempt only."""


@dataclass(frozen=True)
class Result:
    """What became of a claim of `sender`; the arguments of `Records.settle`."""

    mail_id: str
    sender: str
    settled: Settled
    outcome: Outcome
    at: datetime


class Records(Protocol):
    def add(self, draft: Draft, now: datetime) -> tuple[str, bool]:
        """Record a wanted mail once; its id, and whether this call made it."""

    def work(self, mail_id: str) -> Work | None:
        """A mail that may be claimed; None when there is none of that id."""

    def causes(self, address: str) -> set[str]:
        """Why mail to an address is suppressed."""

    def claim(self, mail_id: str, claim: Claim, now: datetime, former: Result | None = None) -> bool:
        """Take a mail that is queued or failed and due; False when another one has it or it is final.

        `former` is written too, whatever comes of the claim: in the same transaction, where the place has such.
        """

    def settle(self, mail_id: str, sender: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        """Write what became of a claim of `sender`; False when the claim is no longer its own."""

    def refuse(self, mail_id: str, settled: Settled, outcome: Outcome, now: datetime) -> bool:
        """Write why a mail that nobody has claimed was not handed over: suppressed, or its template is broken."""

    def suppress(self, address: str, cause: str, note: str, now: datetime) -> None:
        """No more mail to an address; saying it twice is saying it once."""


def attempt(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """An attempt as it is kept and shown."""
    return {
        "at": rfc3339(now),
        "result": outcome.result,
        "code": outcome.code,
        "text": outcome.text,
        "seconds": round(outcome.seconds, 3),
    }


def rfc3339(time: datetime | None) -> str | None:
    """UTC with microseconds and Z, as in every answer of the services."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


FIELDS: Sequence[str] = (
    "id", "kind", "state", "to", "subject", "source", "event_id", "order_id", "locale", "template", "channel",
    "message_id", "provider_id", "reason", "attempts", "next_attempt_at", "resent_from", "created_at", "sent_at",
)  # fmt: skip
"""Keys of a mail in the answers, all of them always there."""

__all__ = ["FIELDS", "Claim", "Records", "Result", "State", "Work", "attempt", "rfc3339"]
