"""The Lambda function against moto's AWS: HTTP events, SQS batches, the schedule, the bundle."""

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine

from blueprints import clock, config
from blueprints.errors import BlueprintsError, ConfigError, UpstreamError
from blueprints.notifier import bundle, parts
from blueprints.notifier.config import NotifierConfig
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import Settled
from blueprints.notifier.records import Claim, Result
from blueprints.notifier.records.dynamodb import Records, Settings
from blueprints.notifier.serverless import app as instance
from blueprints.notifier.serverless import batch, web
from blueprints.web import webhooks
from tests.conftest import ROOT
from tests.measuring import UNMEASURED
from tests.notifier.conftest import SECRETS, event, order, price_drop, received
from tests.servers.aws import REGION

KEY = "k" * 40
TABLE = "mails"
pytestmark = pytest.mark.timeout(300)


class Cloud:
    """The function with its table, queue and mail service."""

    def __init__(self, client: Callable[[str], Any], queue_url: str) -> None:
        self.dynamodb, self.sqs, self.ses = client("dynamodb"), client("sqs"), client("sesv2")
        self.queue_url = queue_url

    def call(self, event: Any, context: Any = None) -> dict[str, Any]:
        from blueprints.notifier.lambda_handler import handler

        return handler(event, context)

    def queued(self) -> list[dict[str, Any]]:
        """The messages in the queue, as records of a batch; they leave it."""
        found = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [record(message["Body"], message["MessageId"]) for message in found]

    def mail(self, mail_id: str) -> Any:
        found = instance.app().records.get(mail_id)
        assert found is not None
        return found


@pytest.fixture
def cloud(aws: str, aws_client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Cloud:
    template = _template()["Resources"]["Table"]["Properties"]
    names = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    aws_client("dynamodb").create_table(TableName=TABLE, **{name: template[name] for name in names})
    queue_url = aws_client("sqs").create_queue(QueueName="mails")["QueueUrl"]
    aws_client("sesv2").create_email_identity(EmailIdentity="no-reply@shop.example")
    settings = {
        "RECORDS": "dynamodb", "CHANNEL": "ses", "FROM_ADDRESS": "no-reply@shop.example",
        "SES__BASE_URL": aws, "SES__REGION": REGION, "DYNAMODB__TABLE": TABLE, "DYNAMODB__BASE_URL": aws,
        "SQS__QUEUE_URL": queue_url, "SQS__BASE_URL": aws, "SQS__MAX_RECEIVES": "3",
        "SOURCES": json.dumps({name: {"secrets": [secret]} for name, secret in SECRETS.items()}),
        "LAMBDA__KEY_HASHES": hashlib.sha256(KEY.encode()).hexdigest(), "SCHEDULE": "[1m, 5m]",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"BLUEPRINTS_NOTIFIER__{name}", value)
    instance.forget()
    return Cloud(aws_client, queue_url)


@cache
def _template() -> Any:
    """The SAM template, with CloudFormation's tags as plain values."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def plain(loader: Any, _suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return loader.construct_scalar(node)
        return (
            loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node)
        )

    Loader.add_multi_constructor("!", plain)
    return yaml.load((ROOT / "deploy" / "notifier" / "template.yaml").read_text(), Loader)  # a loader of safe things


def rest(
    method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """An event of a REST API, version 1.0."""
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "x.execute-api.eu-west-1.amazonaws.com", **(headers or {})},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "pathParameters": {"proxy": path[1:]},
        "stageVariables": None,
        "requestContext": {"resourcePath": "/{proxy+}", "httpMethod": method, "stage": "v1", "requestId": "r-1"},
        "body": text,
        "isBase64Encoded": False,
        **more,
    }


def http(
    method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, stage: str = "$default"
) -> Any:
    """An event of an HTTP API or a function URL, version 2.0: headers in lower case, the path with its stage."""
    raw = json.dumps(body).encode() if body is not None else b""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path if stage == "$default" else f"/{stage}{path}",
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "accountId": "123456789012",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "r-2",
            "stage": stage,
        },
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
    }


def record(
    body: Any, message_id: str = "msg-1", receives: int = 1, fifo: bool = False, **attributes: str
) -> dict[str, Any]:
    """One record of an SQS batch."""
    return {
        "messageId": message_id,
        "receiptHandle": "AQEB",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1700000000000"},
        "messageAttributes": {
            name.replace("_", "-"): {"stringValue": value, "dataType": "String"} for name, value in attributes.items()
        },
        "md5OfBody": "0",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:mails{'.fifo' if fifo else ''}",
        "awsRegion": REGION,
    }


def signed(body: Any, name: str = "evt_1", source: str = "orders") -> tuple[str, dict[str, str]]:
    text = json.dumps(body)
    headers = webhooks.headers([SECRETS[source]], name, datetime.now(UTC), text.encode())
    return text, {header.title(): value for header, value in headers.items()}


def test_an_order_is_recorded_queued_and_sent_from_the_queue(cloud: Cloud) -> None:
    answer = cloud.call(rest("POST", "/notify/order-received/", order(), {"x-api-key": KEY}))
    assert answer["statusCode"] == 202
    mail = json.loads(answer["body"])
    assert (mail["state"], mail["kind"], mail["to"]) == (
        "queued", "order_received", {"name": "Ada Byte", "address": "ada@example.org"},
    )  # fmt: skip
    assert answer["headers"]["location"] == f"/api/v1/mails/{mail['id']}"
    records = cloud.queued()
    assert [json.loads(each["body"]) for each in records] == [{"mail_id": mail["id"]}]
    assert cloud.call({"Records": records}) == {"batchItemFailures": []}
    shown = json.loads(cloud.call(rest("GET", f"/api/v1/mails/{mail['id']}", headers={"X-Api-Key": KEY}))["body"])
    assert (shown["state"], shown["subject"], shown["channel"]) == ("sent", "Order #39: thank you", "ses")
    assert shown["provider_id"]
    assert set(shown) == set(mail)
    assert cloud.call({"Records": records}) == {"batchItemFailures": []}, "delivered twice, sent once"
    assert len(cloud.mail(mail["id"])["attempts"]) == 1


@pytest.mark.parametrize("stage", ["$default", "prod"])
def test_http_apis_and_function_urls_are_the_same(cloud: Cloud, stage: str) -> None:
    answer = cloud.call(http("POST", "/notify/order-shipped", {"id": 5, "order_customer": {"email": "a@b.example"}},
                             {"Authorization": f"Bearer {KEY}"}, stage))  # fmt: skip
    assert answer["statusCode"] == 202
    assert json.loads(answer["body"])["order_id"] == 5


def test_a_signed_event_makes_one_mail_however_often_it_comes(cloud: Cloud) -> None:
    body, headers = signed(received())
    answers = [cloud.call(rest("POST", "/webhooks/orders", body, headers)) for _ in range(3)]
    assert [answer["statusCode"] for answer in answers] == [202, 200, 200]
    assert len({answer["body"] for answer in answers}) == 1
    assert len(cloud.queued()) == 1
    quiet, headers = signed(event("order.status_changed", 4))
    assert cloud.call(rest("POST", "/webhooks/orders/", quiet, headers)) == {
        "statusCode": 204, "headers": {}, "body": "", "isBase64Encoded": False,
    }  # fmt: skip


def test_an_idempotency_key_stands_for_one_request(cloud: Cloud) -> None:
    headers = {"x-api-key": KEY, "idempotency-key": "k-1"}
    first = cloud.call(rest("POST", "/notify/order-received", order(), headers))
    again = cloud.call(rest("POST", "/notify/order-received", json.dumps(order(), indent=1), headers))
    other = cloud.call(rest("POST", "/notify/order-received", order(id=40), headers))
    assert (first["statusCode"], again["statusCode"], other["statusCode"]) == (202, 202, 422)
    assert first["body"] == again["body"]
    assert again["headers"]["idempotency-replayed"] == "true"
    assert (
        cloud.call(rest("POST", "/notify/order-received", order(), headers | {"idempotency-key": "a b"}))["statusCode"]
        == 400
    )


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (rest("POST", "/notify/order-received/", order()), 401, "not-authenticated"),
        (rest("POST", "/notify/order-received/", order(), {"X-API-Key": "wrong"}), 401, "not-authenticated"),
        (rest("GET", "/api/v1/mails/m_1"), 401, "not-authenticated"),
        (rest("GET", "/api/v1/mails/m_1", None, {"X-API-Key": KEY}), 404, "not-found"),
        (rest("GET", "/notify/order-received/"), 405, "method-not-allowed"),
        (rest("POST", "/elsewhere"), 404, "not-found"),
        (rest("POST", "/notify/order-received/", "no json", {"X-API-Key": KEY}), 400, "not-json"),
        (rest("POST", "/notify/order-received/", '{"a": "\\u0000"}', {"X-API-Key": KEY}), 422, "validation-failed"),
        (rest("POST", "/notify/order-received/", {"id": 0}, {"X-API-Key": KEY}), 422, "validation-failed"),
        (rest("POST", "/notify/order-received/", " " * 262_145, {"X-API-Key": KEY}), 413, "too-large"),
        (rest("POST", "/notify/order-received/", "?", {"X-API-Key": KEY}, isBase64Encoded=True), 400, "bad-request"),
        (rest("POST", "/webhooks/orders", order()), 401, "bad-signature"),
    ],
)
def test_what_may_not_be_is_a_problem_and_leaves_nothing(cloud: Cloud, request_: Any, status: int, code: str) -> None:
    answer = cloud.call(request_)
    problem = json.loads(answer["body"])
    assert (answer["statusCode"], problem["code"], problem["request_id"]) == (status, code, "r-1")
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert cloud.queued() == []
    assert cloud.dynamodb.scan(TableName=TABLE)["Items"] == []


def test_the_secret_of_one_source_opens_no_other(cloud: Cloud) -> None:
    body, headers = signed(price_drop(), source="orders")
    answer = cloud.call(rest("POST", "/webhooks/store", body, headers))
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "bad-signature")
    assert cloud.dynamodb.scan(TableName=TABLE)["Items"] == []


def test_a_bug_is_a_problem_too(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "add", lambda *_: 1 / 0)
    answer = cloud.call(rest("POST", "/notify/order-received", order(), {"x-api-key": KEY}))
    assert answer["statusCode"] == 500
    assert "ZeroDivision" not in answer["body"]


def test_an_event_of_no_known_kind_is_an_error(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match="neither"):
        cloud.call({"hello": "there"})


def test_of_a_batch_exactly_the_failed_ones_come_back(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {7, 12, 29}
    send = instance.app().channel.send

    def sometimes(parcel: Any) -> Outcome:
        failing = any(f"c{number}@" in parcel.to_address for number in bad)
        return Outcome("failed", "TooManyRequestsException", "slow down") if failing else send(parcel)

    monkeypatch.setattr(instance.app().channel, "send", sometimes)
    records = [
        record(received(id=n + 1, order_customer={"name": "C", "email": f"c{n}@example.org"}), f"msg-{n}")
        for n in range(30)
    ]
    answer = cloud.call({"Records": records})
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["msg-7", "msg-12", "msg-29"]
    mails = [item for item in cloud.dynamodb.scan(TableName=TABLE)["Items"] if "mail" in item]
    states = [item["state"]["S"] for item in mails]
    assert (states.count("sent"), states.count("failed")) == (27, 3)


def failing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> None:
    monkeypatch.setattr(instance.app().channel, "send", lambda _: outcome)


def one_mail(cloud: Cloud) -> str:
    answer = cloud.call(rest("POST", "/notify/order-received", order(), {"x-api-key": KEY}))
    return str(json.loads(answer["body"])["id"])


def test_the_last_receive_makes_the_mail_dead_and_the_message_a_dead_letter(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(cloud, monkeypatch, Outcome("paused", "AccountSuspendedException", "suspended"))
    mail_id = one_mail(cloud)
    states = []
    for receives in (1, 2, 3):
        answer = cloud.call({"Records": [record({"mail_id": mail_id}, receives=receives)]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "msg-1"}]}
        states.append(cloud.mail(mail_id)["state"])
    assert states == ["queued", "queued", "dead"]
    mail = cloud.mail(mail_id)
    assert mail["reason"] == "given up after 3 receives: AccountSuspendedException suspended"
    assert mail["attempts"] == []


def test_a_temporary_failure_is_sent_again_with_the_same_bytes(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    parcels: list[Any] = []
    outcomes = [Outcome("failed", "500", "x"), Outcome("sent", "200", provider_id="p")]

    def send(parcel: Any) -> Outcome:
        parcels.append(parcel)
        return outcomes.pop(0)

    monkeypatch.setattr(instance.app().channel, "send", send)
    mail_id = one_mail(cloud)
    message = record({"mail_id": mail_id})
    assert cloud.call({"Records": [message]})["batchItemFailures"]
    failed = cloud.mail(mail_id)
    assert (failed["state"], failed["reason"]) == ("failed", "500 x")
    assert failed["next_attempt_at"]
    assert not cloud.call({"Records": [message]})["batchItemFailures"]
    assert parcels[0].raw == parcels[1].raw
    assert [each["result"] for each in cloud.mail(mail_id)["attempts"]] == ["failed", "sent"]


@pytest.mark.parametrize("result", ["dead", "unknown"])
def test_final_states_are_no_failures_of_the_batch(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, result: Any) -> None:
    failing(cloud, monkeypatch, Outcome(result, "MessageRejected", "5.1.1", suppress=result == "dead"))
    mail_id = one_mail(cloud)
    assert cloud.call({"Records": [record({"mail_id": mail_id})]}) == {"batchItemFailures": []}
    assert cloud.mail(mail_id)["state"] == result
    if result == "dead":
        again = cloud.call(rest("POST", "/notify/order-received", order(id=40), {"x-api-key": KEY}))
        assert json.loads(again["body"])["reason"] == "suppressed"
        assert instance.app().records.causes("ADA@example.org") == {"bad_address"}


def test_an_address_suppressed_meanwhile_gets_nothing(cloud: Cloud) -> None:
    mail_id = one_mail(cloud)
    instance.app().records.suppress("ada@example.org", "staff", "", clock.now())
    assert cloud.call({"Records": [record({"mail_id": mail_id})]}) == {"batchItemFailures": []}
    assert (cloud.mail(mail_id)["state"], cloud.mail(mail_id)["attempts"]) == ("dead", [])


@pytest.mark.parametrize("body", ["no json", "[]", {"mail_id": "m_unknown"}, {"type": "order.received", "data": {}}])
def test_the_unreadable_is_given_back_for_the_dead_letters(cloud: Cloud, body: Any) -> None:
    assert cloud.call({"Records": [record(body)]}) == {"batchItemFailures": [{"itemIdentifier": "msg-1"}]}


def test_events_in_the_queue_are_told_apart_by_their_id(cloud: Cloud) -> None:
    records = [
        record(received(), "msg-1", webhook_id="evt_1"),
        record(received(), "msg-2", webhook_id="evt_1"),
        record(received(), "msg-3"),
        record(price_drop(), "msg-4"),
        record(event("order.status_changed", 4), "msg-5"),
    ]
    assert cloud.call({"Records": records}) == {"batchItemFailures": []}
    mails = [json.loads(item["mail"]["S"]) for item in cloud.dynamodb.scan(TableName=TABLE)["Items"] if "mail" in item]
    assert sorted((mail["kind"], mail["event_id"]) for mail in mails) == [
        ("order_received", "evt_1"),
        ("order_received", "msg-3"),
        ("price_drop", "msg-4"),
    ]


def test_a_fifo_queue_stops_at_the_first_failure(cloud: Cloud) -> None:
    records = [record(received(id=n), f"msg-{n}", fifo=True) for n in (1, 2, 3)]
    records[1]["body"] = "no json"
    answer = cloud.call({"Records": records})
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["msg-2", "msg-3"]


def test_with_little_time_left_the_rest_is_given_back_untouched(cloud: Cloud) -> None:
    left = [20_000, 5_000]

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return left.pop(0)

    records = [record(received(id=n), f"msg-{n}") for n in (1, 2)]
    assert cloud.call({"Records": records}, Context()) == {"batchItemFailures": [{"itemIdentifier": "msg-2"}]}
    assert batch._remaining_ms(None) == float("inf")


def test_one_bad_message_does_not_take_the_others_with_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = instance.app().sending.attempt
    left = [True]
    monkeypatch.setattr(
        instance.app().sending, "attempt", lambda mail_id: 1 / 0 if left and left.pop() else attempt(mail_id)
    )
    records = [record(received(id=n), f"msg-{n}") for n in (1, 2)]
    assert cloud.call({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "msg-1"}]}


def test_an_event_that_cannot_be_recorded_comes_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance.app().records, "add", lambda *_: 1 / 0)
    assert cloud.call({"Records": [record(received())]}) == {"batchItemFailures": [{"itemIdentifier": "msg-1"}]}


SCHEDULED = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


def test_the_schedule_finds_lost_messages_and_ended_leases(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_id = one_mail(cloud)
    cloud.queued()
    assert cloud.call(SCHEDULED) == {"requeued": 0, "unknown": 0}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        assert cloud.call(SCHEDULED) == {"requeued": 1, "unknown": 0}
        assert cloud.call(SCHEDULED) == {"requeued": 0, "unknown": 0}
    with pytest.raises(SystemExit):
        _killed_while_sending(cloud, monkeypatch, mail_id)
    assert cloud.mail(mail_id)["state"] == "sending"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):
        assert cloud.call(SCHEDULED) == {"requeued": 0, "unknown": 1}
    assert cloud.mail(mail_id)["state"] == "unknown"
    assert cloud.call({"Records": [record({"mail_id": mail_id}, receives=3)]}) == {"batchItemFailures": []}
    assert cloud.mail(mail_id)["state"] == "unknown", "never repeated by itself"


def _killed_while_sending(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, mail_id: str) -> None:
    def die(_: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(instance.app().channel, "send", die)
        cloud.call({"Records": [record({"mail_id": mail_id})]})


def test_a_mail_that_cannot_be_queued_is_recorded_and_found_later(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.sqs.delete_queue(QueueUrl=cloud.queue_url)
    mail_id = one_mail(cloud)
    assert cloud.mail(mail_id)["state"] == "queued"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        assert cloud.call(SCHEDULED) == {"requeued": 0, "unknown": 0}
        cloud.sqs.create_queue(QueueName="mails")
        assert cloud.call(SCHEDULED) == {"requeued": 1, "unknown": 0}


def test_a_fifo_queue_is_given_a_group(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    url = cloud.sqs.create_queue(QueueName="mails.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__SQS__QUEUE_URL", url)
    instance.forget()
    mail_id = one_mail(cloud)
    cloud.queue_url = url
    assert [json.loads(each["body"])["mail_id"] for each in cloud.queued()] == [mail_id]


def test_a_message_that_came_twice_does_not_write_over_the_other_ones_attempt(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = one_mail(cloud)
    app = instance.app()
    work = app.records.work(mail_id)
    failing(cloud, monkeypatch, Outcome("failed", "Throttling", "later"))
    assert cloud.call({"Records": [record({"mail_id": mail_id})]})["batchItemFailures"] != []
    assert app.records.work(mail_id) != work, "it has bytes by now"
    monkeypatch.setattr(app.records, "work", lambda _: work)
    assert cloud.call({"Records": [record({"mail_id": mail_id})]}) == {"batchItemFailures": []}
    mail = cloud.mail(mail_id)
    assert (mail["state"], len(mail["attempts"])) == ("failed", 1)


def test_a_round_leaves_the_lease_of_a_quicker_sender_alone(cloud: Cloud) -> None:
    mail_id = one_mail(cloud)
    records, now = instance.app().records, clock.now()
    assert records.claim(mail_id, Claim("l_1", now + timedelta(minutes=2), "ses"), now)
    records.requeued(mail_id, now)
    records.requeued("m_gone", now)
    assert list(records.overdue(now + timedelta(minutes=1))) == []
    assert list(records.overdue(now + timedelta(minutes=3))) == [(mail_id, "sending", "l_1")]


def test_what_nobody_foresaw_ends_with_the_last_receive_too(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_id = one_mail(cloud)
    monkeypatch.setattr(instance.app().sending, "attempt", lambda _: 1 / 0)
    again = {"batchItemFailures": [{"itemIdentifier": "msg-1"}]}
    assert cloud.call({"Records": [record({"mail_id": mail_id}, receives=2)]}) == again
    assert cloud.mail(mail_id)["state"] == "queued"
    with monkeypatch.context() as patch:
        patch.setattr(instance.app().records, "refuse", lambda *_: 1 / 0)
        assert cloud.call({"Records": [record({"mail_id": mail_id}, receives=3)]}) == again
    assert cloud.mail(mail_id)["state"] == "queued", "the schedule finds it"
    assert cloud.call({"Records": [record({"mail_id": mail_id}, receives=3)]}) == again
    mail = cloud.mail(mail_id)
    assert (mail["state"], mail["reason"]) == (
        "dead",
        "given up after 3 receives: could not be worked on: ZeroDivisionError",
    )


def test_a_claim_writes_the_result_that_its_sender_owes(cloud: Cloud) -> None:
    first = one_mail(cloud)
    records, now = instance.app().records, clock.now()
    claim = Claim("l_1", now + timedelta(minutes=2), "ses")
    assert records.claim(first, claim, now)
    owed = Result(first, "l_1", Settled("sent", None, None, counts=True), Outcome("sent"), now)
    assert not records.claim("m_none", claim, now, owed)
    assert cloud.mail(first)["state"] == "sent"


def test_a_race_for_one_event_makes_one_mail(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints.notifier import intake

    draft = intake.of_event("orders", "evt_1", received(), instance.app().rules, clock.now())
    assert draft is not None
    records = instance.app().records
    first = records.add(draft, clock.now())
    looked = records._by_names
    answers = [None]
    monkeypatch.setattr(records, "_by_names", lambda *a: answers.pop() if answers else looked(*a))
    assert records.add(draft, clock.now()) == (first[0], False), "the other one was quicker after we had looked"


def test_records_need_a_table_and_do_not_invent_mails(cloud: Cloud, aws: str) -> None:
    with pytest.raises(ConfigError, match=r"notifier\.dynamodb\.table"):
        Records(Settings())
    records = Records(Settings(TABLE, REGION, aws))
    assert records.get("m_none") is None
    assert records.work("m_none") is None
    assert not records.claim("m_none", Claim("s", clock.now(), "ses"), clock.now())
    assert not records.settle("m_none", "s", Settled("sent", None, None, counts=True), Outcome("sent"), clock.now())


def test_paths_lose_their_stage_and_headers_their_case() -> None:
    assert web.request_of(http("GET", "/", stage="prod")).path == "/"
    bare = web.request_of({"rawPath": "/prod", "requestContext": {"stage": "prod", "http": {"method": "GET"}}})
    assert (bare.path, bare.body) == ("/", b"")
    assert web.request_of(rest("get", "/x", headers={"X-A": "1"})).header("x-a") == "1"


@pytest.mark.parametrize(
    ("url", "region"),
    [("https://sqs.eu-west-1.amazonaws.com/1/q", "eu-west-1"), ("http://127.0.0.1:5000/1/q", ""), ("", "")],
)
def test_the_region_of_a_queue_stands_in_its_address(url: str, region: str) -> None:
    assert instance._region(url) == region


def test_the_handler_needs_no_django() -> None:
    code = (
        "import sys; import blueprints.notifier.lambda_handler; heavy = {'django', 'ninja', 'granian', 'httpx'};"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_template_passes_cfn_lint() -> None:
    program = Path(sys.executable).parent / "cfn-lint"
    template = ROOT / "deploy" / "notifier" / "template.yaml"
    found = subprocess.run([program, template], env={**os.environ, **UNMEASURED}, capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, "")


def test_the_template_says_what_the_function_needs() -> None:
    resources = _template()["Resources"]
    function = resources["Function"]["Properties"]
    assert (function["Runtime"], function["MemorySize"], function["Timeout"]) == ("python3.13", 256, 30)
    assert function["Handler"] == "blueprints.notifier.lambda_handler.handler"
    assert resources["Queue"]["Properties"]["VisibilityTimeout"] == 180
    assert resources["Queue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"] == 5
    assert function["Environment"]["Variables"]["BLUEPRINTS_NOTIFIER__SQS__MAX_RECEIVES"] == "5"
    assert function["Events"]["Messages"]["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_template_sets_only_what_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    template = _template()
    defaults = {name: each.get("Default", "no-reply@shop.example") for name, each in template["Parameters"].items()}
    variables = template["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    for name, value in variables.items():
        if name != "BLUEPRINTS_HOME":
            plain = value[-1] if isinstance(value, list) else value  # of a condition, what holds without it
            monkeypatch.setenv(name, str(defaults.get(plain, plain)))
    settings = config.load("notifier", NotifierConfig)
    assert (settings.records, settings.channel, settings.templates) == ("dynamodb", "ses", "package")
    assert (settings.lambda_.key_hashes, settings.sources, settings.sqs.max_receives) == ([], {}, 5)
    assert config.load("notifier.dynamodb", Settings).table == "Table"
    parts.checked(settings)


def test_the_template_allows_what_the_function_calls_and_no_more() -> None:
    statements = _template()["Resources"]["Function"]["Properties"]["Policies"][0]["Statement"]
    allowed = {action for each in statements for action in _listed(each["Action"])}
    assert allowed == {
        "ses:SendEmail",
        "ses:SendRawEmail",  # SES asks for it too when Content is Raw
        "dynamodb:GetItem",
        "dynamodb:PutItem",  # within TransactWriteItems
        "dynamodb:UpdateItem",
        "dynamodb:Query",
        "sqs:SendMessage",
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


FUNCTION = """
import json, sys
sys.modules.update(dict.fromkeys(("django", "httpx", "granian", "ninja")))  # importing one is an error
from blueprints.notifier.lambda_handler import handler
for line in sys.stdin:
    event = json.loads(line)
    found = sys.modules["blueprints"].__file__ if event == {"origin": True} else handler(event, None)
    print(json.dumps(found), flush=True)
"""


def process(*events: Any, **env: str) -> tuple[int, list[Any]]:
    """The function as a process of its own, given events one after the other: (exit code, answers)."""
    lines = "".join(json.dumps(each) + "\n" for each in events)
    found = subprocess.run(
        [sys.executable, "-c", FUNCTION], input=lines, capture_output=True, text=True, env={**os.environ, **env}
    )
    return found.returncode, [json.loads(line) for line in found.stdout.splitlines()]


@pytest.mark.parametrize("point", ["after_claim", "after_provider"])
def test_a_function_killed_at_work_loses_and_doubles_nothing(cloud: Cloud, aws: str, point: str) -> None:
    text, headers = signed(received())
    code, answers = process(*[rest("POST", "/webhooks/orders", text, headers)] * 2)
    assert (code, [answer["statusCode"] for answer in answers]) == (0, [202, 200])
    (mail_id,) = json.loads(answers[0]["body"])["mails"]
    batch_event = {"Records": cloud.queued()}
    assert process(batch_event, BLUEPRINTS_FAILPOINT=f"notifier.send.{point}") == (-signal.SIGKILL, [])
    taken = 1 if point == "after_provider" else 0
    assert len(handed_to_ses(aws)) == taken
    assert process(batch_event) == (0, [{"batchItemFailures": []}]), "the message comes again"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):
        assert cloud.call(SCHEDULED) == {"requeued": 0, "unknown": 1}
    assert cloud.mail(mail_id)["state"] == "unknown"
    assert len(handed_to_ses(aws)) == taken, "never repeated by itself"


@pytest.mark.usefixtures("unmeasured")  # its code is a copy: what it reaches would count as files of their own
def test_the_bundle_alone_takes_an_event_and_sends_its_mail(
    cloud: Cloud, aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile

    monkeypatch.setattr(bundle, "_install", lambda folder, python, machine: None)  # the libraries are here
    bundle.build(tmp_path / "ours.zip", "3.13", "arm64")
    zipfile.ZipFile(tmp_path / "ours.zip").extractall(tmp_path / "ours")
    code, found = process({"origin": True}, PYTHONPATH=str(tmp_path / "ours"))
    assert (code, found) == (0, [str(tmp_path / "ours" / "blueprints" / "__init__.py")])
    text, headers = signed(received())
    code, answers = process(rest("POST", "/webhooks/orders", text, headers), PYTHONPATH=str(tmp_path / "ours"))
    assert (code, answers[0]["statusCode"]) == (0, 202)
    batch_event = {"Records": cloud.queued()}
    code, answers = process(batch_event, SCHEDULED, PYTHONPATH=str(tmp_path / "ours"))
    assert (code, answers) == (0, [{"batchItemFailures": []}, {"requeued": 0, "unknown": 0}])
    assert len(handed_to_ses(aws)) == 1


def handed_to_ses(aws: str) -> list[Any]:
    """The messages that moto's SES was given."""
    import urllib.request

    with urllib.request.urlopen(f"{aws}/moto-api/data.json") as answer:
        return list(json.load(answer)["ses"].get("RawMessage", []))


def test_the_bundle_holds_ours_and_only_what_lambda_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    def install(folder: Path, python: str, machine: str) -> None:
        assert (python, machine) == ("3.13", "aarch64")
        (folder / "bin").mkdir()
        (folder / "bin" / "tool").write_text("x")
        (folder / "jinja2").mkdir()
        (folder / "jinja2" / "__init__.py").write_text("x")

    monkeypatch.setattr(bundle, "_install", install)
    size = bundle.build(tmp_path / "one.zip", "3.13", "arm64")
    bundle.build(tmp_path / "two.zip", "3.13", "arm64")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    names = set(zipfile.ZipFile(tmp_path / "one.zip").namelist())
    assert size == (tmp_path / "one.zip").stat().st_size
    assert {
        "blueprints/notifier/lambda_handler.py",
        "blueprints/notifier/mails/_layout.html",
        "jinja2/__init__.py",
    } <= names
    assert not [name for name in names if "migrations" in name or "__pycache__" in name or name.startswith("bin/")]


def test_a_bundle_without_an_installer_or_an_index_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BlueprintsError, match="neither pip nor uv"):
        bundle.build(tmp_path / "x.zip", "3.13", "arm64")
    monkeypatch.setattr("shutil.which", lambda name: "/bin/false")
    with pytest.raises(UpstreamError, match="cannot be fetched: no reason given"):
        bundle.build(tmp_path / "x.zip", "3.13", "arm64")
    assert bundle._installer("3.13", "x86_64")[0] == "/bin/false"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    flags = bundle._installer("3.13", "aarch64")
    assert {f"manylinux_2_{minor}_aarch64" for minor in (17, 24, 28, 34)} <= set(flags), "pip knows no order of names"
    assert "manylinux_2_35_aarch64" not in flags, "Lambda's glibc is 2.34"
