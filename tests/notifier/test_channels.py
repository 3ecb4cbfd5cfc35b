"""Every channel keeps the contract, and each its own promises about what a provider says."""

import inspect
import mailbox
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from blueprints import config, plugins
from blueprints.errors import ConfigError
from blueprints.notifier.channels import Channel as Contract
from blueprints.notifier.channels import Parcel, file, ses
from blueprints.notifier.channels import smtp as by_smtp
from blueprints.notifier.core.outcome import Outcome, Result
from tests.servers.smtp import Sink

RAW = b"From: a@shop.example\r\nSubject: Hello\r\n\r\n.dot\r\nend\r\n"


def parcel(to: str = "ada@example.org", mail_id: str = "m_1") -> Parcel:
    return Parcel(mail_id, "no-reply@shop.example", to, RAW)


To = Callable[..., by_smtp.Channel]


@pytest.fixture
def to() -> Iterator[To]:
    """`to(sink, timeout=…)`: a channel to a server, closed after the test."""
    made: list[by_smtp.Channel] = []

    def make(sink: Sink, **more: Any) -> by_smtp.Channel:
        settings = {"host": sink.host, "port": sink.port, "security": "none", "timeout": timedelta(minutes=1), **more}
        made.append(by_smtp.Channel(by_smtp.Settings(**settings)))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.mark.parametrize("name", plugins.built_in("blueprints.notifier.channels"))
def test_every_channel_keeps_the_contract(name: str) -> None:
    channel = plugins.load("blueprints.notifier.channels", name, "Channel")
    for method, promised in inspect.getmembers(Contract, inspect.isfunction):
        if not method.startswith("_"):
            assert inspect.signature(getattr(channel, method)) == inspect.signature(promised), method
    made = channel(config.load(f"notifier.{name}", plugins.module("blueprints.notifier.channels", name).Settings))
    assert made.told("m_unheard_of") in ("sent", "queued", "unknown")
    made.close()
    made.close()


def test_the_file_channel_writes_a_maildir_that_python_reads(tmp_path: Path) -> None:
    channel = file.Channel(file.Settings(tmp_path / "box"))
    assert channel.told("m_1") == "queued"
    outcome = channel.send(parcel())
    assert (outcome.result, outcome.provider_id) == ("sent", "new/m_1")
    box = mailbox.Maildir(tmp_path / "box", create=False)
    assert [message["Subject"] for message in box] == ["Hello"]
    assert not list((tmp_path / "box" / "tmp").iterdir())
    assert channel.told("m_1") == "sent"


def test_a_mail_that_a_reader_moved_is_still_sent(tmp_path: Path) -> None:
    channel = file.Channel(file.Settings(tmp_path))
    channel.send(parcel())
    (tmp_path / "new" / "m_1").rename(tmp_path / "cur" / "m_1:2,S")
    assert channel.told("m_1") == "sent"


def test_a_folder_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("in the way")
    outcome = file.Channel(file.Settings(tmp_path / "box")).send(parcel())
    assert outcome.result == "failed"
    assert str(tmp_path / "box") in outcome.text


def test_the_file_channel_keeps_to_the_data_folder(isolated: Path) -> None:
    assert file.folder(file.Settings()) == isolated / "data" / "notifier" / "outbox"


def test_smtp_hands_over_the_bytes_as_they_are(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp()
    channel = to(sink)
    outcome = channel.send(parcel())
    assert (outcome.result, outcome.code, outcome.provider_id) == ("sent", "250", "250 2.0.0 Ok: queued as 4F00")
    assert sink.mails == [("no-reply@shop.example", ["ada@example.org"], RAW)]
    assert channel.told("m_1") == "unknown"
    assert channel.quota() is None


@pytest.fixture
def ageless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that nothing but their mails wears out, however long a busy machine takes."""
    monkeypatch.setattr(by_smtp, "_CONNECTION_S", 3600.0)


@pytest.mark.usefixtures("ageless")
def test_a_connection_serves_several_mails(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp()
    channel = to(sink)
    assert {channel.send(parcel(mail_id=f"m_{n}")).result for n in range(5)} == {"sent"}
    assert (sink.connections, len(sink.mails)) == (1, 5)
    channel.close()


@pytest.mark.usefixtures("ageless")
def test_a_connection_is_renewed_after_a_hundred_mails(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp()
    channel = to(sink)
    assert {channel.send(parcel()).result for _ in range(101)} == {"sent"}
    assert sink.connections == 2
    channel.close()


def test_a_connection_that_the_server_closed_meanwhile_costs_nothing(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp()
    channel = to(sink)
    channel.send(parcel())
    assert channel._connection is not None
    channel._connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # connected just now
    assert channel.send(parcel()).result == "sent"
    assert sink.connections == 2


@pytest.mark.usefixtures("ageless")
def test_a_connection_is_kept_over_tls_too(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp(tls=True)
    channel = to(sink, security="starttls", ca_file=sink.ca_file)
    assert {channel.send(parcel(mail_id=f"m_{n}")).result for n in range(3)} == {"sent"}
    assert len({id(session) for session in sink.sessions}) == 1
    channel.close()


def test_a_server_that_never_says_goodbye_holds_nobody_up(to: To, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_smtp, "_FAREWELL_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        channel = to(Sink(port=listening.getsockname()[1]), timeout=timedelta(minutes=10))

        def silent() -> None:
            connection, _ = listening.accept()
            words = connection.makefile("rwb", buffering=0)
            for answer in (b"220 here", b"250 here", b"250 sender", b"550 recipient"):
                words.write(answer + b"\r\n")
                words.readline()
            kept.append(connection)

        kept: list[socket.socket] = []
        server = threading.Thread(target=silent)
        server.start()
        assert channel.send(parcel()).result == "dead"
        channel.close()
        server.join(60)
        assert channel._connection is None
        kept[0].close()


@pytest.mark.usefixtures("ageless")
@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"answers": ["451 4.3.0 later"]}, Outcome("failed", "451", "DATA: 4.3.0 later")),
        ({"answers": ["554 5.6.0 no"]}, Outcome("dead", "554", "DATA: 5.6.0 no")),
        ({"rcpt_answers": ["450 4.2.0 full"]}, Outcome("failed", "450", "RCPT TO: 4.2.0 full")),
        (
            {"rcpt_answers": ["550 5.1.1 no such user"]},
            Outcome("dead", "550", "RCPT TO: 5.1.1 no such user", suppress=True),
        ),
        ({"rcpt_answers": ["550 5.7.1 blocked"]}, Outcome("dead", "550", "RCPT TO: 5.7.1 blocked")),
        ({"rcpt_answers": ["530 5.7.0 log in"]}, Outcome("paused", "530", "RCPT TO: 5.7.0 log in")),
    ],
)
def test_the_servers_words_decide(smtp: Callable[..., Sink], to: To, answers: dict[str, Any], outcome: Outcome) -> None:
    sink = smtp(**answers)
    channel = to(sink)
    assert channel.send(parcel()) == outcome
    assert channel.send(parcel()).result == "sent", "the connection is good for the next mail"
    assert sink.connections == 1
    channel.close()


def test_a_line_cut_before_the_text_is_a_temporary_failure(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp(rcpt_answers=["close"])
    channel = to(sink)
    outcome = channel.send(parcel())
    assert outcome.result == "failed"
    assert "before the mail was handed over" in outcome.text
    assert sink.mails == []


def test_a_line_cut_after_the_final_dot_is_unknown(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp(answers=["drop"])
    outcome = to(sink).send(parcel())
    assert outcome.result == "unknown"
    assert len(sink.mails) == 1, "the server took it"


def test_a_server_that_hangs_after_the_final_dot_is_unknown(
    smtp: Callable[..., Sink], to: To, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = smtp(answers=["hang"])
    channel = to(sink)
    answer = channel._answer

    def impatient(connection: smtplib.SMTP) -> tuple[int, bytes]:
        assert connection.sock is not None
        connection.sock.settimeout(0.05)  # for this answer alone: those before come when a busy machine has the time
        return answer(connection)

    monkeypatch.setattr(channel, "_answer", impatient)
    assert channel.send(parcel()).result == "unknown"
    assert len(sink.mails) == 1


def test_no_server_is_a_temporary_failure_that_names_it(to: To) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        outcome = to(Sink(port=port)).send(parcel())
    assert outcome.result == "failed"
    assert f"127.0.0.1:{port}" in outcome.text


def test_the_password_goes_over_tls_only_and_the_certificate_is_checked(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp(tls=True, password="right")
    login = {"security": "starttls", "username": "shop", "password": "right"}
    distrusted = to(sink, **login).send(parcel())
    assert distrusted.result == "paused"
    assert "not trusted" in distrusted.text
    assert to(sink, **login, ca_file=sink.ca_file).send(parcel()).result == "sent"


def test_a_refused_log_in_pauses_the_channel_and_hides_the_password(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp(tls=True, password="right")
    channel = to(sink, security="starttls", username="shop", password="wr0ng-secret", ca_file=sink.ca_file)
    outcome = channel.send(parcel())
    assert (outcome.result, outcome.code) == ("paused", "535")
    assert "wr0ng-secret" not in repr(outcome) + repr(channel._settings)
    assert channel._connection is None, "no connection is left open"


def test_a_server_without_starttls_pauses_the_channel(smtp: Callable[..., Sink], to: To) -> None:
    outcome = to(smtp(), security="starttls").send(parcel())
    assert outcome.result == "paused"
    assert "STARTTLS" in outcome.text


def test_tls_from_the_first_byte(smtp: Callable[..., Sink], to: To) -> None:
    sink = smtp()
    outcome = to(sink, security="tls", timeout=timedelta(seconds=1)).send(parcel())
    assert outcome.result == "failed", "a server that does not speak it is no reason to send in the clear"
    assert sink.mails == []


def ses_channel(aws: str, **more: Any) -> ses.Channel:
    return ses.Channel(ses.Settings(region="eu-west-1", base_url=aws, **more))


def test_ses_takes_the_bytes_and_names_the_mail(aws: str, aws_client: Any) -> None:
    aws_client("sesv2").create_email_identity(EmailIdentity="no-reply@shop.example")
    channel = ses_channel(aws, configuration_set="")
    outcome = channel.send(parcel())
    assert (outcome.result, outcome.code) == ("sent", "200")
    assert outcome.provider_id
    assert channel.quota() == 1.0
    assert channel.told("m_1") == "unknown"
    channel.close()


def test_the_request_to_ses_is_as_its_api_says() -> None:
    request = ses.Channel(ses.Settings(configuration_set="bounces"))._request(parcel())
    assert request == {
        "FromEmailAddress": "no-reply@shop.example",
        "Destination": {"ToAddresses": ["ada@example.org"]},
        "Content": {"Raw": {"Data": RAW}},
        "EmailTags": [{"Name": "blueprints_mail", "Value": "m_1"}],
        "ConfigurationSetName": "bounces",
    }


def test_a_sender_that_ses_does_not_know_is_final(aws: str) -> None:
    outcome = ses_channel(aws).send(parcel())
    assert (outcome.result, outcome.code) == ("dead", "MessageRejected")


@pytest.mark.parametrize(
    ("code", "status", "result"),
    [
        ("TooManyRequestsException", 429, "failed"),
        ("LimitExceededException", 400, "failed"),
        ("InternalFailure", 500, "failed"),
        ("ServiceUnavailable", 503, "failed"),
        ("MessageRejected", 400, "dead"),
        ("BadRequestException", 400, "dead"),
        ("SendingPausedException", 400, "paused"),
        ("AccountSuspendedException", 400, "paused"),
        ("MailFromDomainNotVerifiedException", 400, "paused"),
        ("UnrecognizedClientException", 403, "paused"),
    ],
)
def test_what_ses_answers_decides(code: str, status: int, result: str) -> None:
    response = {"Error": {"Code": code, "Message": "words"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert ses._refused(response) == Outcome(result, code, "words")  # type: ignore[arg-type]  # a word of Result
    assert result in get_args(Result)


def test_no_credentials_pause_the_channel(aws: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    channel = ses_channel(aws)
    assert channel.send(parcel()).result == "paused"
    assert channel.quota() is None


def test_no_answer_from_ses_is_unknown_only_after_the_request_went_out(
    monkeypatch: pytest.MonkeyPatch, aws: str
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = ses_channel(f"http://127.0.0.1:{closed.getsockname()[1]}").send(parcel())
    assert refused.result == "failed"
    with _hanging() as address:
        monkeypatch.setattr(ses, "_TIMEOUT_S", 0.3)
        assert ses_channel(address).send(parcel()).result == "unknown"


class _hanging:  # noqa: N801 - reads as a word
    """A server that takes a request and hangs up without an answer."""

    def __enter__(self) -> str:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(65536)

    def __exit__(self, *_: object) -> None:
        self._thread.join(60)
        self._socket.close()


def test_ses_without_boto3_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from blueprints.notifier import aws as clients

    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigError, match=r"blueprints\[aws\]"):
        clients.client("ses")
