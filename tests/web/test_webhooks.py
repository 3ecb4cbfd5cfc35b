"""Signatures, checked against the package of the specification's authors."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import time_machine

from blueprints.errors import BlueprintsError
from blueprints.web import webhooks
from blueprints.web.webhooks import BadSignature

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = b'{"type":"order.received","data":{}}'


@pytest.fixture
def secret() -> str:
    return webhooks.new_secret()


def test_the_reference_package_verifies_ours(secret: str) -> None:
    headers = webhooks.headers([secret], "evt_1", NOW, BODY)
    with time_machine.travel(NOW, tick=False):
        assert standardwebhooks.Webhook(secret).verify(BODY, headers) == json.loads(BODY)
    with time_machine.travel(NOW, tick=False), pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(BODY.replace(b"{}", b"[]"), headers)
    with time_machine.travel(NOW + timedelta(seconds=301)), pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(secret).verify(BODY, headers)


def test_ours_verifies_the_reference_package(secret: str) -> None:
    signature = standardwebhooks.Webhook(secret).sign("msg_1", NOW, BODY.decode())
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(NOW.timestamp())),
        "Webhook-Signature": "v1a,x " + signature,
    }
    assert webhooks.verify([webhooks.new_secret(), secret], headers, BODY, NOW) == "msg_1"


def test_during_a_rotation_both_secrets_sign(secret: str) -> None:
    former = webhooks.new_secret()
    headers = webhooks.headers([secret, former], "evt_1", NOW, BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for one in (secret, former):
        assert webhooks.verify([one], headers, BODY, NOW) == "evt_1"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"webhook-id": "evt_2"}, "no configured secret"),
        ({"webhook-id": ""}, "webhook-id is missing"),
        ({"webhook-timestamp": "soon"}, "no Unix time"),
        ({"webhook-timestamp": "9" * 13}, "no Unix time"),
        ({"webhook-timestamp": "-5"}, "no Unix time"),
        ({"webhook-timestamp": str(int(NOW.timestamp()) + 301)}, "too far from now"),
        ({"webhook-timestamp": str(int(NOW.timestamp()) - 301)}, "too far from now"),
        ({"webhook-timestamp": str(int(NOW.timestamp()) - 1)}, "no configured secret"),
        ({"webhook-signature": "v1,AAAA"}, "no configured secret"),
        ({"webhook-signature": "v1,ü"}, "no configured secret"),
        ({"webhook-signature": ""}, "webhook-signature is missing"),
    ],
)
def test_forged_requests_are_refused(secret: str, change: dict[str, str], reason: str) -> None:
    headers = {**webhooks.headers([secret], "evt_1", NOW, BODY), **change}
    with pytest.raises(BadSignature, match=reason):
        webhooks.verify([secret], headers, BODY, NOW)


def test_a_changed_byte_is_refused(secret: str) -> None:
    headers = webhooks.headers([secret], "evt_1", NOW, BODY)
    with pytest.raises(BadSignature):
        webhooks.verify([secret], headers, BODY + b" ", NOW)


def test_without_secrets_nothing_is_believed() -> None:
    headers = webhooks.headers([webhooks.new_secret()], "evt_1", NOW, BODY)
    with pytest.raises(BadSignature):
        webhooks.verify([], headers, BODY, NOW)


@pytest.mark.parametrize("wrong", ["whsec_!", "whsec_" + base64.b64encode(b"x" * 23).decode(), "whsec_"])
def test_a_wrong_secret_is_named_without_being_shown(wrong: str) -> None:
    with pytest.raises(BlueprintsError) as error:
        webhooks.key_bytes(wrong)
    assert wrong not in str(error.value)
