"""A real SMTP server on loopback that keeps what it is given and can be told how to misbehave."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HANG_S = 60
READY_S = 60.0
"""How long a start may take on a busy machine."""


@dataclass
class Sink:
    """Handler of aiosmtpd. `answers` and `rcpt_answers` are used up one a mail; without any the mail is taken.

    An answer is a line such as `451 4.3.0 later`, `drop` (take the mail, then close the line without a word), `close`
    (close it before the mail is read) or `hang` (never answer).
    """

    answers: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    password: str | None = None
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    """(sender, recipients, bytes) of each mail that reached the final dot."""
    sessions: list[Any] = field(default_factory=list)
    """The session of each mail; mails on one connection share it."""
    connections: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    ca_file: str = ""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += not getattr(session, "counted", False)
        session.counted = True
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - as above
        answer = _next(self.rcpt_answers, "250 2.1.5 Ok")
        if answer == "close":
            server.transport.close()
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.sessions.append(session)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        answer = _next(self.answers, "250 2.0.0 Ok: queued as 4F00")
        if answer == "hang":
            await asyncio.sleep(HANG_S)
        if answer == "drop":
            server.transport.close()
        return answer

    def authenticated(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=good, handled=good)


def _next(answers: list[str], otherwise: str) -> str:
    """The first of `answers`, which the test may empty at any moment."""
    try:
        return answers.pop(0)
    except IndexError:
        return otherwise


class _OnFreePort(Controller):
    """aiosmtpd checks its own address after the start, which it only knows once the system has chosen the port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it has been started
        super()._trigger_server()  # type: ignore[no-untyped-call]  # has no annotations


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[Callable[..., Sink]]:
    """`smtp(password="…", tls=True, answers=[…])` starts a server; with `tls` it offers STARTTLS with `ca_file`."""
    started: list[Controller] = []

    def start(*, tls: bool = False, **behaviour: Any) -> Sink:
        sink = Sink(**behaviour)
        options: dict[str, Any] = {}
        if tls:
            sink.ca_file = str(tmp_path / "ca.pem")
            options = {"tls_context": _certified(Path(sink.ca_file))}
        if sink.password is not None:
            options |= {"authenticator": sink.authenticated, "auth_required": True, "auth_require_tls": tls}
        controller = _OnFreePort(
            sink, hostname="127.0.0.1", port=0, server_hostname="sink.example", ready_timeout=READY_S, **options
        )
        controller.start()
        started.append(controller)
        sink.port = controller.port
        return sink

    yield start
    for controller in started:
        for task in asyncio.all_tasks(controller.loop):
            controller.loop.call_soon_threadsafe(task.cancel)
        controller.stop()


def _certified(file: Path) -> ssl.SSLContext:
    """A server context with a fresh certificate for localhost and 127.0.0.1, which `file` is to vouch for."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = file.with_suffix(".key")
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context
