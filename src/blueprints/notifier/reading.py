"""A stored mail taken apart again, for people who look at it."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from blueprints.notifier.models import Content


@dataclass(frozen=True)
class Opened:
    headers: list[tuple[str, str]]
    html: str
    text: str


def opened(mail_id: str) -> Opened | None:
    """None for a mail that was never rendered, or was erased."""
    content = Content.objects.filter(mail_id=mail_id).first()
    if content is None or content.raw is None:
        return None
    message = message_from_bytes(bytes(content.raw), policy=policy.default)
    return Opened(
        [(name, str(value)) for name, value in message.items()], _part(message, "html"), _part(message, "plain")
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return "" if part is None else str(part.get_content())
