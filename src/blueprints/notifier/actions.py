"""What callers and staff do with mails: ask for one, send again, settle what is in doubt, stop mail to an address."""

import json
from dataclasses import replace
from typing import Literal

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.state import RESENDABLE
from blueprints.notifier.core.suppression import SUPPRESSED, address_key, blocks
from blueprints.notifier.models import Content, Mail, Suppression
from blueprints.notifier.records.database import Records, erase
from blueprints.web.database import writing

Verdict = Literal["sent", "dead", "resend"]
VERDICTS: tuple[Verdict, ...] = ("sent", "dead", "resend")


class WrongState(BlueprintsError):
    """The mail is not in a state in which this can be done."""


def checked(draft: Draft) -> Draft:
    """The draft, dead at once when its address gets no mail of its kind. The sender looks again when it sends."""
    if draft.stillborn is None and blocks(Records().causes(draft.to_address), draft.kind):
        return replace(draft, stillborn=SUPPRESSED)
    return draft


def add(draft: Draft) -> tuple[str, bool]:
    """Record a wanted mail once, inside the caller's transaction: its id, and whether it is new."""
    return Records().add(draft, clock.now())


def resend(mail_id: str) -> Mail:
    """A new mail like a sent or dead one, rendered anew. Raises Mail.DoesNotExist or WrongState."""
    with writing():
        mail = Mail.objects.get(id=mail_id)
        if mail.state == "unknown":
            raise WrongState(f"Mail {mail_id} may have been sent: resolve it first, as sent, dead or resend")
        if mail.state not in RESENDABLE:
            raise WrongState(f"Mail {mail_id} is {mail.state}: it is going to be sent anyway")
        return _again(mail)


def resolve(mail_id: str, verdict: Verdict) -> Mail:
    """Say what became of a mail in state unknown; `resend` makes a new one and names it in the reason."""
    with writing():
        mail = Mail.objects.get(id=mail_id)
        if mail.state != "unknown":
            raise WrongState(f"Mail {mail_id} is {mail.state}: only a mail whose fate is unknown can be resolved")
        if verdict == "sent":
            mail.state, mail.reason, mail.sent_at = "sent", "staff says that it was sent", clock.now()
        else:
            again = _again(mail) if verdict == "resend" else None
            mail.state = "dead"
            mail.reason = f"sent again as {again.id}" if again else "staff says that it was not sent"
        mail.sender = None
        mail.save(update_fields=["state", "reason", "sent_at", "sender"])
        if mail.sensitive:
            erase(mail_id)
    return mail


def delivered(mail_id: str) -> bool:
    """The provider says that it has the mail: a mail in doubt is in doubt no longer."""
    with writing():
        found = Mail.objects.filter(id=mail_id, state="unknown")
        reason = "the provider says that it was sent"
        return bool(found.update(state="sent", reason=reason, sent_at=clock.now(), sender=None))


def suppress(address: str, cause: str, note: str = "") -> None:
    with writing():
        Suppression.objects.get_or_create(address=address_key(address), cause=cause, defaults={"note": note})


def allow(address: str) -> bool:
    """Mail to an address again, whatever the causes were; False when it was not suppressed."""
    with writing():
        return bool(Suppression.objects.filter(address=address_key(address)).delete()[0])


def _again(mail: Mail) -> Mail:
    variables = json.loads(Content.objects.values_list("variables", flat=True).get(mail_id=mail.id))
    if mail.sensitive and not variables:
        raise WrongState(f"Mail {mail.id} was sensitive: its text was erased and cannot be sent again")
    draft = Draft(
        kind=mail.kind,
        to_address=mail.to_address,
        to_name=mail.to_name,
        locale=mail.locale,
        source=mail.source,
        order_id=mail.order_id,
        template=mail.wanted,
        variables=variables,
        sensitive=mail.sensitive,
        resent_from=mail.id,
    )
    return Mail.objects.get(id=add(checked(draft))[0])
