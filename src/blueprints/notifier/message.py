"""The bytes of a mail: multipart/alternative, text first, headers that no value can break.

`email` encodes and folds the headers; the parts are put together here, since its generators take 2 ms a mail.
"""

from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote

from blueprints.notifier.rendering import Rendered

_EOL = "\r\n"
_LINE = 76
"""Characters of a header that needs no fold."""
_BOUNDARY = "=_part"
"""Stands in no part: quoted-printable has no `=_` (RFC 2045, 6.7)."""


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
    headers = {
        "From": _mailbox("From", envelope.from_name, envelope.from_address),
        "To": _mailbox("To", envelope.to_name, envelope.to_address),
        "Reply-To": _unbroken("Reply-To", envelope.reply_to),
        "Subject": _text("Subject", rendered.subject),
        "Date": format_datetime(date),
        "Message-ID": _unbroken("Message-ID", message_id),
        "Auto-Submitted": "auto-generated",
        **_unsubscribe(envelope.unsubscribe_url),
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{_BOUNDARY}"',
    }
    head = [f"{name}: {value}" for name, value in headers.items() if value]
    parts = [_part("plain", rendered.text), _part("html", rendered.html)]
    return _EOL.join([*head, "", *parts, f"--{_BOUNDARY}--", ""]).encode("ascii")


def _unsubscribe(url: str | None) -> dict[str, str]:
    if not url:
        return {}
    header = f"<{_unbroken('List-Unsubscribe', url)}>"
    return {"List-Unsubscribe": header, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _part(subtype: str, text: str) -> str:
    encoded = b2a_qp(text.replace("\r\n", "\n").replace("\r", "\n").encode(), istext=True).decode("ascii")
    head = (
        f"--{_BOUNDARY}",
        f'Content-Type: text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        encoded.replace("\n", _EOL),
    )
    return _EOL.join(head)


def _mailbox(header: str, name: str, address: str) -> str:
    """`Ada Byte <ada@example.org>`; the name quoted, or encoded (RFC 2047) and folded where it is not short ASCII."""
    place = _unbroken(header, address)
    if not name:
        return place
    if _is_plain(name) and len(name) <= 60:
        return f'"{quote(_unbroken(header, name))}" <{place}>'
    return f"{Header(_unbroken(header, name), 'utf-8', header_name=header).encode(linesep=_EOL)}{_EOL} <{place}>"


def _text(header: str, text: str) -> str:
    """`text` folded; encoded where it is not ASCII or has a word that no fold could break."""
    if _is_plain(text) and text.isprintable() and len(header) + len(": ") + len(text) <= _LINE:
        return text  # what `Header` would make of it, which takes longer than all other headers together
    charset = "us-ascii" if _is_plain(text) and all(len(word) <= 60 for word in text.split()) else "utf-8"
    return Header(_unbroken(header, text), charset, header_name=header).encode(linesep=_EOL)


def _is_plain(text: str) -> bool:
    """Whether a header may hold the text as it is: ASCII that no reader takes for an encoded word."""
    return text.isascii() and "=?" not in text


def _unbroken(header: str, value: str) -> str:
    if any(mark in value for mark in "\r\n\0"):
        raise ValueError(f"the header {header} would have a line break")
    return value
