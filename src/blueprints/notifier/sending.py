"""One attempt to send one mail: look, render, claim, hand over, write down. The same in a process and in Lambda.

The claim is on disk before the provider is called, and the result after: whoever dies between the two leaves a mail
`sending`, which nobody takes for sent or for unsent.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.notifier import message
from blueprints.notifier.channels import Channel, Parcel
from blueprints.notifier.core import state, suppression
from blueprints.notifier.core.identity import message_id
from blueprints.notifier.core.kind import ALERT_KINDS
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.records import Claim, Records, Result, Work, rfc3339
from blueprints.notifier.rendering import Rendered, Templates
from blueprints.web import failpoint

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sender:
    """Who sends, and what the settings say about it."""

    name: str
    channel: str
    from_address: str
    from_name: str
    reply_to: str
    lease: timedelta
    schedule: Sequence[timedelta]


class Sending:
    """Sends mails one at a time; each thread has one of its own."""

    def __init__(
        self,
        sender: Sender,
        records: Records,
        channel: Channel,
        templates: Templates,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._records = records
        self._channel = channel
        self._templates = templates
        self._randomness = randomness
        self._owed: Result | None = None

    def attempt(self, mail_id: str) -> Outcome | None:
        """What came of it, written down; None when the mail was not to be had."""
        try:
            return self.passed_on(mail_id)
        finally:
            self.settle()

    def passed_on(self, mail_id: str) -> Outcome | None:
        """As `attempt`, but the result is owed: the next claim is written together with it, or `settle` writes it.

        Each transaction waits for the disk; this makes it one a mail instead of two. Whoever dies meanwhile leaves no
        more in doubt than before: the mail that is owed a result, while the next one is not claimed yet.
        """
        work = self._records.work(mail_id)
        if work is None:
            return None
        if work.suppressed and suppression.blocks(self._records.causes(work.to_address), work.kind):
            return self._refused(work, Outcome("dead", text=suppression.SUPPRESSED))
        try:
            claim, raw = self._prepared(work)
        except (BlueprintsError, ValueError) as error:
            return self._refused(work, Outcome("failed", text=str(error)))
        except Exception as error:  # noqa: BLE001 - whatever a template's data does, the next mail must go out
            _log.exception("mail %s cannot be made", work.id)
            return self._refused(work, Outcome("failed", text=f"cannot be made: {type(error).__name__}: {error}"))
        if not self._claimed(work, claim):
            return None
        failpoint.reach("notifier.send.after_claim")
        outcome = self._handed_over(Parcel(work.id, self._sender.from_address, work.to_address, raw))
        failpoint.reach("notifier.send.after_provider")
        self._owe(work, outcome)
        return outcome

    def settle(self) -> None:
        """Write the result that is owed, if one is."""
        owed, self._owed = self._owed, None
        if owed is not None:
            self._records.settle(owed.mail_id, owed.sender, owed.settled, owed.outcome, owed.at)

    def _claimed(self, work: Work, claim: Claim) -> bool:
        try:
            claimed = self._records.claim(work.id, claim, clock.now(), self._owed)
        except Exception:
            self.settle()  # alone: what is wrong with this mail must not cost the former its result
            raise
        self._owed = None
        return claimed

    def close(self) -> None:
        self._channel.close()

    def _prepared(self, work: Work) -> tuple[Claim, bytes]:
        """The claim and the bytes; those of an earlier attempt again, so that a retry is the same mail."""
        now = clock.now()
        lease = (self._sender.name, now + self._sender.lease, self._sender.channel)
        if work.raw is not None:
            return Claim(*lease), work.raw
        rendered = rendered_with(self._templates, work)
        name = message_id(work.id, self._sender.from_address.rpartition("@")[2])
        raw = message.built(envelope(self._sender, work), rendered, name, now)
        return Claim(*lease, name, rendered.subject, rendered.template, raw), raw

    def _handed_over(self, parcel: Parcel) -> Outcome:
        start = time.perf_counter()
        outcome = self._channel.send(parcel)
        return replace(outcome, text=outcome.text[:500], seconds=time.perf_counter() - start)

    def _owe(self, work: Work, outcome: Outcome) -> None:
        now = clock.now()
        settled = self._settled_aloud(work, outcome, now)
        self._owed = Result(work.id, self._sender.name, settled, outcome, now)
        if outcome.suppress:
            self._records.suppress(work.to_address, "bad_address", f"{outcome.code} {outcome.text}".strip(), now)

    def _refused(self, work: Work, outcome: Outcome) -> Outcome:
        self.settle()
        now = clock.now()
        self._records.refuse(work.id, self._settled_aloud(work, outcome, now), outcome, now)
        return outcome

    def _settled_aloud(self, work: Work, outcome: Outcome, now: datetime) -> state.Settled:
        """What becomes of the mail, logged unless it was sent; without the words, which may name the recipient."""
        settled = self._settled(work, outcome, now)
        if outcome.result not in ("sent", "paused"):
            due = f", next attempt at {rfc3339(settled.due_at)}" if settled.due_at else ""
            code = f" ({outcome.code})" if outcome.code else ""
            verb = "failed" if settled.state == "failed" else f"is {settled.state}"
            _log.warning("mail %s %s%s%s", work.id, verb, code, due)
        return settled

    def _settled(self, work: Work, outcome: Outcome, now: datetime) -> state.Settled:
        settled = state.settled(outcome, work.attempts, now, self._sender.schedule, self._randomness())
        return replace(settled, counts=False) if outcome.text == suppression.SUPPRESSED else settled


def rendered_with(templates: Templates, work: Work) -> Rendered:
    """The mail's parts; a mail with its own HTML keeps that and takes only subject and text from the template."""
    given = dict(work.variables)
    own_html = given.pop("html", None) if work.template == "message" else None
    rendered = templates.render(work.template, work.locale, given, work.to_name)
    return rendered if own_html is None else replace(rendered, html=own_html)


def envelope(sender: Sender, work: Work) -> message.Envelope:
    return message.Envelope(
        from_address=sender.from_address,
        from_name=sender.from_name,
        reply_to=sender.reply_to,
        to_address=work.to_address,
        to_name=work.to_name,
        unsubscribe_url=work.variables.get("unsubscribe_url") if work.kind in ALERT_KINDS else None,
    )
