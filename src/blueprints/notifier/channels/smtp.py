"""Mails over SMTP, on a connection kept for up to 100 mails or 30 seconds.

What the server says decides: 4xx and anything before the end of DATA is tried again, 5xx is final, silence after the
final dot is unknown, and a refused log-in speaks of the channel and not of the mail.
"""

import select
import smtplib
import ssl
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Literal

from blueprints.config.bounds import at_least
from blueprints.notifier.channels import Parcel
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.suppression import refused_for_good

_MAILS_A_CONNECTION = 100
_CONNECTION_S = 30.0
_FAREWELL_S = 2.0
"""How long a server may take to answer QUIT: nothing hangs on it but the end of this process."""
_path = lru_cache(16)(smtplib.quoteaddr)
"""Our own few addresses, whose parsing would take as long as a recipient's answer; recipients are normalised."""
_LOGIN_REFUSED = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class Settings:
    host: Annotated[str, "Mail server."] = "localhost"
    port: Annotated[int, "Port of the mail server."] = 587
    security: Annotated[Literal["starttls", "tls", "none"], "How the connection is encrypted."] = "starttls"
    username: Annotated[str, "User name; empty for no log-in."] = ""
    password: Annotated[str, "Password."] = field(default="", repr=False)
    timeout: Annotated[timedelta, "How long the server may take for each answer."] = timedelta(seconds=30)
    ca_file: Annotated[str, "Certificates to trust; empty for the system's."] = ""

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(1, port=self.port)


class _Stopped(Exception):
    """The mail cannot be handed over now; carries what to say of it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


class Channel:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None
        self._opened = 0.0
        self._mails = 0
        self._used = False
        """Whether a transaction was begun and not completed, which left something behind."""

    def send(self, parcel: Parcel) -> Outcome:
        try:
            return self._handed_over(self._ready(), parcel)
        except _Stopped as stop:
            return stop.outcome

    def told(self, mail_id: str) -> Literal["sent", "queued", "unknown"]:
        return "unknown"

    def quota(self) -> float | None:
        return None

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.settimeout(_FAREWELL_S)
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ready(self) -> smtplib.SMTP:
        worn_out = self._mails >= _MAILS_A_CONNECTION or time.monotonic() - self._opened > _CONNECTION_S
        if self._connection is not None and (worn_out or not self._answers()):
            self.close()
        if self._connection is None:
            self._connection = self._connected()
            self._opened, self._mails, self._used = time.monotonic(), 0, False
        return self._connection

    def _answers(self) -> bool:
        """Whether the kept connection is still there; a server may have closed it while nothing was sent.

        Something to read before anything was asked is a farewell, or the end.
        """
        assert self._connection is not None  # noqa: S101 - asked only of a kept one
        try:
            if self._connection.sock is None or select.select([self._connection.sock], [], [], 0)[0]:
                return False
            return not self._used or self._connection.rset()[0] == 250
        except (OSError, ValueError, smtplib.SMTPException):
            return False

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        timeout_s = settings.timeout.total_seconds()
        connection: smtplib.SMTP | None = None
        try:
            if settings.security == "tls":
                connection = smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout_s, context=self._tls())
            else:
                connection = smtplib.SMTP(settings.host, settings.port, timeout=timeout_s)
            self._secured(connection)
        except BaseException as error:
            if connection is not None:
                connection.close()
            raise _Stopped(_not_connected(error, settings)) from error
        return connection

    def _secured(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            connection.starttls(context=self._tls())
            connection.ehlo()
        if self._settings.username:
            connection.login(self._settings.username, self._settings.password)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_file or None)

    def _handed_over(self, connection: smtplib.SMTP, parcel: Parcel) -> Outcome:
        self._used = True
        try:
            _said(connection.docmd(f"MAIL FROM:{_path(parcel.from_address)}"), "MAIL FROM", recipient=False)
            _said(connection.docmd(f"RCPT TO:<{parcel.to_address}>"), "RCPT TO", recipient=True)
            _said(connection.docmd("data"), "DATA", recipient=True, expected=354)
            connection.send(_stuffed(parcel.raw))  # raises when the final dot did not go out
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            text = f"the connection ended before the mail was handed over: {_why(error)}"
            raise _Stopped(Outcome("failed", text=text)) from error
        code, words = self._answer(connection)
        self._mails += 1
        _said((code, words), "DATA", recipient=True)
        self._used = False
        text = words.decode("utf-8", "replace")
        return Outcome("sent", str(code), text, provider_id=f"{code} {text}")

    def _answer(self, connection: smtplib.SMTP) -> tuple[int, bytes]:
        """The answer to the final dot; without one nobody knows whether the mail was taken."""
        try:
            return connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            text = f"the connection ended after the mail was handed over: {_why(error)}"
            raise _Stopped(Outcome("unknown", text=text)) from error


def _stuffed(raw: bytes) -> bytes:
    """The message with its dots doubled (RFC 5321, 4.5.2) and the final one, in one piece: two would wait for Nagle."""
    stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _said(answer: tuple[int, bytes], step: str, *, recipient: bool, expected: int = 250) -> None:
    """Raise for a refusal. 5xx to MAIL FROM speaks of us and is tried again; to RCPT and DATA it is final."""
    code, words = answer
    if code == expected or (expected == 250 and 200 <= code < 300):
        return
    text = f"{step}: {words.decode('utf-8', 'replace')}"
    if code in _LOGIN_REFUSED:
        raise _Stopped(Outcome("paused", str(code), text))
    if 500 <= code < 600 and recipient:
        enhanced = words.decode("ascii", "replace").split(" ", 1)[0]
        raise _Stopped(Outcome("dead", str(code), text, suppress=refused_for_good(enhanced)))
    raise _Stopped(Outcome("failed", str(code), text))


def _not_connected(error: BaseException, settings: Settings) -> Outcome:
    """What to say of a connection that did not come about; never with the password."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        words = (
            error.smtp_error.decode("utf-8", "replace")
            if isinstance(error.smtp_error, bytes)
            else str(error.smtp_error)
        )
        return Outcome("paused", str(error.smtp_code), f"the server refused the log-in: {words}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome("paused", text=f"{settings.host} cannot do what notifier.smtp asks for: {_why(error)}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Outcome("paused", text=f"the certificate of {settings.host} is not trusted: {error.verify_message}")
    if isinstance(error, OSError | smtplib.SMTPException):
        return Outcome("failed", text=f"no connection to {settings.host}:{settings.port}: {_why(error)}")
    raise error


def _why(error: BaseException) -> str:
    return str(error.args[-1] if error.args else "") or type(error).__name__
