"""The states of a mail and the ways between them.

queued -> sending -> sent | failed | dead | unknown; failed -> sending; unknown -> sent | dead by staff. A claim that a
paused channel could not use goes back to queued. Final states are never left by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.schedule import next_attempt

State = Literal["queued", "sending", "sent", "failed", "dead", "unknown"]
STATES: tuple[State, ...] = ("queued", "sending", "sent", "failed", "dead", "unknown")
FINAL: tuple[State, ...] = ("sent", "dead", "unknown")
"""States that nobody but staff or the provider's own word changes."""
DUE: tuple[State, ...] = ("queued", "failed")
"""States from which a sender may claim."""
RESENDABLE: tuple[State, ...] = ("sent", "dead")

LEASE_ENDED = "the sender ended between the provider's call and its answer: look the mail up there, then resolve it"


@dataclass(frozen=True)
class Settled:
    """What becomes of a claimed mail."""

    state: State
    reason: str | None
    due_at: datetime | None
    counts: bool
    """Whether the attempt is counted and listed."""


def settled(
    outcome: Outcome, attempts: int, now: datetime, schedule: Sequence[timedelta], randomness: float
) -> Settled:
    """The state after `outcome`, when `attempts` were made before this one."""
    words = " ".join(part for part in (outcome.code, outcome.text) if part)
    match outcome.result:
        case "sent":
            return Settled("sent", None, None, counts=True)
        case "paused":
            return Settled("failed" if attempts else "queued", words, now, counts=False)
        case "failed":
            due = next_attempt(attempts + 1, now, schedule, randomness)
            if due is None:
                return Settled("dead", f"given up after {attempts + 1} attempts: {words}", None, counts=True)
            return Settled("failed", words, due, counts=True)
        case _:  # dead, unknown
            return Settled(outcome.result, words, None, counts=True)


def ended(word: Literal["sent", "queued", "unknown"], now: datetime) -> Settled:
    """What becomes of a claim whose sender is gone, when its channel says `word` of it."""
    if word == "queued":
        return Settled("queued", None, now, counts=False)
    if word == "sent":
        return Settled("sent", None, None, counts=True)
    return Settled("unknown", LEASE_ENDED, None, counts=True)
