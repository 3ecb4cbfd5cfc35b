"""A mail straight through the configured channel, past the records: does it work, and what does the provider say?"""

import secrets
from dataclasses import dataclass

from blueprints import clock
from blueprints.errors import AuthError, UpstreamError
from blueprints.notifier import addresses, message, parts, samples
from blueprints.notifier.channels import Parcel
from blueprints.notifier.config import NotifierConfig
from blueprints.notifier.core.identity import mail_id, message_id
from blueprints.notifier.rendering import Rendered


@dataclass(frozen=True)
class Answer:
    mail_id: str
    message_id: str
    text: str
    """The provider's words."""


def sent(settings: NotifierConfig, to: str, template: str) -> Answer:
    """Raises UpstreamError with the provider's words when it refuses, AuthError when it refuses us."""
    from blueprints.errors import UsageError

    try:
        address = addresses.normalised(to)
    except ValueError as error:
        raise UsageError(f"{to!r} is {error}") from error
    rendered = parts.templates(settings).render(
        template, settings.locale, samples.variables(template), samples.CUSTOMER
    )
    name = _new_id()
    channel = parts.channel(settings)
    raw = message_of(settings, rendered, address, name, samples.variables(template).get("unsubscribe_url"))
    outcome = channel.send(Parcel(name, settings.from_address, address, raw))
    channel.close()
    words = f"{outcome.code} {outcome.text}".strip()
    if outcome.result == "paused":
        raise AuthError(f"{settings.channel} refuses us: {words}")
    if outcome.result == "unknown":
        raise UpstreamError(f"{settings.channel} may have taken the mail, nobody knows: {words}")
    if outcome.result != "sent":
        raise UpstreamError(f"{settings.channel} did not take the mail ({outcome.result}): {words}")
    return Answer(name, _message_id(settings, name), words if outcome.provider_id is None else outcome.provider_id)


def message_of(
    settings: NotifierConfig, rendered: Rendered, to: str, name: str = "", unsubscribe_url: str | None = None
) -> bytes:
    """The bytes of a rendered mail to `to`; an alert has the address at which one unsubscribes."""
    chosen = name or _new_id()
    envelope = message.Envelope(
        from_address=settings.from_address,
        from_name=settings.from_name,
        reply_to=settings.reply_to,
        to_address=to,
        to_name=samples.CUSTOMER,
        unsubscribe_url=unsubscribe_url,
    )
    return message.built(envelope, rendered, _message_id(settings, chosen), clock.now())


def _new_id() -> str:
    return mail_id(int(clock.now().timestamp() * 1000), secrets.randbits(80))


def _message_id(settings: NotifierConfig, name: str) -> str:
    return message_id(name, settings.from_address.rpartition("@")[2])
