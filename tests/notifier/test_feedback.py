"""What SES reports by SNS: only Amazon's word counts, and what it says is done."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.test import Client

from blueprints.errors import ConfigError
from blueprints.notifier import feedback, sns
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.models import Mail, Suppression
from blueprints.web.problems import Problem
from tests.notifier.conftest import Post, received
from tests.notifier.test_sending import Scripted

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mails"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem"
KEY = rsa.generate_private_key(65537, 2048)


def certificate(key: Any) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def message(version: str = "1", **changes: Any) -> dict[str, Any]:
    """A message as SNS signs it, by the list of its documentation."""
    made = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": "2026-11-22T12:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if made["Type"] == "SubscriptionConfirmation":
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{made[name]}\n" for name in names if name in made)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    made["Signature"] = base64.b64encode(KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)).decode()
    return made


@pytest.fixture
def pinned(notifier: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notifier with our topic and a pinned certificate."""
    file = tmp_path / "sns.pem"
    file.write_bytes(certificate(KEY))
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__SES__TOPIC_ARNS", TOPIC)
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__SES__SNS_CERT_FILE", str(file))
    notifier()
    return file


def post(client: Client, sent: Any) -> int:
    return client.post("/webhooks/ses", json.dumps(sent), content_type="text/plain; charset=UTF-8").status_code


def suppressed() -> list[tuple[str, str]]:
    return sorted(Suppression.objects.values_list("address", "cause"))


BOUNCE = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {"emailAddress": "Jane@Example.com", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550"},
            {"emailAddress": "no address"},
        ],
    },
    "mail": {"messageId": "0100"},
}
COMPLAINT = {
    "eventType": "Complaint",
    "complaint": {"complainedRecipients": [{"emailAddress": "joe@example.com"}], "complaintFeedbackType": "abuse"},
}


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_permanent_bounce_and_a_complaint_suppress(client: Client, pinned: Path, version: str) -> None:
    assert post(client, message(version, Message=json.dumps(BOUNCE), Subject="Bounce")) == 204
    assert post(client, message(version, Message=json.dumps(COMPLAINT))) == 204
    assert suppressed() == [("jane@example.com", "bounce"), ("joe@example.com", "complaint")]


def test_a_passing_bounce_and_plain_words_do_nothing(client: Client, pinned: Path) -> None:
    passing = {**BOUNCE, "bounce": {**BOUNCE["bounce"], "bounceType": "Transient"}}  # type: ignore[dict-item]
    for text in (json.dumps(passing), "Successfully validated SNS topic", "[1]"):
        assert post(client, message(Message=text)) == 204
    assert suppressed() == []


@pytest.mark.parametrize("kind", ["Delivery", "Send"])
def test_a_delivery_ends_the_doubt(
    client: Client,
    pinned: Path,
    notifier: Callable[..., Any],
    post_event: Post,
    work_off: Callable[..., list[str]],
    kind: str,
) -> None:
    config = notifier()
    post_event(received())
    work_off(config, Scripted(Outcome("unknown", text="cut")))
    mail_id = Mail.objects.get().id
    report = {"eventType": kind, "mail": {"tags": {"blueprints_mail": [mail_id]}}}
    assert post(client, message(Message=json.dumps(report))) == 204
    mail = Mail.objects.get()
    assert (mail.state, mail.reason) == ("sent", "the provider says that it was sent")


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "changed"},
        {"TopicArn": "arn:aws:sns:eu-west-1:1:other"},
        {"Type": "UnsubscribeConfirmation"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://evil.example/?https://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem?y"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"SignatureVersion": "3"},
    ],
)
def test_what_amazon_did_not_sign_is_refused(client: Client, pinned: Path, change: dict[str, str]) -> None:
    assert post(client, message(Message=json.dumps(BOUNCE)) | change) == 401
    assert suppressed() == []


def test_a_certificate_of_another_kind_is_refused(client: Client, pinned: Path) -> None:
    pinned.write_bytes(certificate(ec.generate_private_key(ec.SECP256R1())))
    assert post(client, message(Message=json.dumps(BOUNCE))) == 401
    pinned.write_bytes(b"no certificate")
    assert post(client, message(Message=json.dumps(BOUNCE))) == 401


def test_a_subscription_is_confirmed_at_amazons_address_only(pinned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLUEPRINTS_NOTIFIER__SES__SNS_CERT_FILE")
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return certificate(KEY)

    page = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    wish = {"Type": "SubscriptionConfirmation", "Token": "t", "Message": "You have chosen"}
    feedback.taken(message(**wish, SubscribeURL=page), fetch)
    assert asked == [CERTIFICATE_URL, page]
    with pytest.raises(Problem) as caught:
        feedback.taken(message(**wish, SubscribeURL="https://evil.example/"), fetch)
    assert caught.value.status == 401
    assert asked[2:] == [CERTIFICATE_URL]


def test_a_pinned_certificate_that_is_not_there_is_a_mistake_of_ours(pinned: Path) -> None:
    pinned.unlink()
    with pytest.raises(ConfigError, match=r"notifier\.ses\.sns_cert_file"):
        feedback.taken(message())


def test_the_certificate_is_fetched_through_our_client(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    from blueprints import http

    real = http.client
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"pem"))
    monkeypatch.setattr(http, "client", lambda name: real(name, transport=transport))
    assert feedback._fetched(CERTIFICATE_URL) == b"pem"
    assert not sns.is_amazons("http://sns.eu-west-1.amazonaws.com/")
