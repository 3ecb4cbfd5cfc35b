"""The bytes of a mail: multipart/alternative, text first, headers that no value can break.

The classic half of Python's `email` writes it: the modern half parses every header it is given, 3 ms a mail.
"""

from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.utils import format_datetime, quote

from blueprints.notifier.rendering import Rendered

_EOL = "\r\n"
_POLICY = policy.compat32.clone(linesep=_EOL, max_line_length=None)
"""Headers are folded here, where they are encoded; the generator leaves them alone."""


@dataclass(frozen=True)
class Envelope:
    """Whom a mail is from and to; addresses normalised, names without control characters."""

    from_address: str
    to_address: str
    from_name: str = ""
    to_name: str = ""
    reply_to: str = ""
    unsubscribe_url: str | None = None
    """Set on alerts only: makes the one-click header of RFC 8058."""


def built(envelope: Envelope, rendered: Rendered, message_id: str, date: datetime) -> bytes:
    """The message as it is stored and sent, lines ended by CRLF. Raises ValueError for a header with a line break."""
    message = MIMEMultipart("alternative", policy=_POLICY)
    headers = {
        "From": _mailbox("From", envelope.from_name, envelope.from_address),
        "To": _mailbox("To", envelope.to_name, envelope.to_address),
        "Reply-To": _unbroken("Reply-To", envelope.reply_to),
        "Subject": _text("Subject", rendered.subject),
        "Date": format_datetime(date),
        "Message-ID": _unbroken("Message-ID", message_id),
        "Auto-Submitted": "auto-generated",
    }
    if envelope.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{_unbroken('List-Unsubscribe', envelope.unsubscribe_url)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in headers.items():
        if value:
            message[name] = value
    message.attach(_part("plain", rendered.text))
    message.attach(_part("html", rendered.html))
    return message.as_bytes(policy=_POLICY)


def _part(subtype: str, text: str) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


def _mailbox(header: str, name: str, address: str) -> str:
    """`Ada Byte <ada@example.org>`; the name quoted, or encoded (RFC 2047) and folded where it is not short ASCII."""
    place = _unbroken(header, address)
    if not name:
        return place
    if name.isascii() and len(name) <= 60:
        return f'"{quote(_unbroken(header, name))}" <{place}>'
    return f"{Header(_unbroken(header, name), 'utf-8', header_name=header).encode(linesep=_EOL)}{_EOL} <{place}>"


def _text(header: str, text: str) -> str:
    """`text` folded; encoded where it is not ASCII or has a word that no fold could break."""
    plain = text.isascii() and all(len(word) <= 60 for word in text.split())
    return Header(_unbroken(header, text), "us-ascii" if plain else "utf-8", header_name=header).encode(linesep=_EOL)


def _unbroken(header: str, value: str) -> str:
    if any(mark in value for mark in "\r\n\0"):
        raise ValueError(f"the header {header} would have a line break")
    return value
