"""From one mail to the next: the result of one is written together with the claim of the next."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from blueprints import clock
from blueprints.notifier import parts
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.models import Mail, Suppression
from blueprints.notifier.records import Claim
from blueprints.notifier.records.database import Records
from blueprints.notifier.sending import Sender, Sending
from tests.notifier.conftest import Post, received
from tests.notifier.test_sending import Scripted

pytestmark = pytest.mark.django_db(transaction=True)
Made = Callable[..., tuple[Sending, list[str]]]


@pytest.fixture
def made(notifier: Callable[..., Any], post_event: Post) -> Made:
    """`made(outcome, …)`: a sender whose provider says so, and a due mail for each outcome."""

    def make(*outcomes: Outcome) -> tuple[Sending, list[str]]:
        config = notifier()
        sender = Sender("s_1", "smtp", "no-reply@shop.example", "", "", config.lease, config.schedule)
        for number in range(len(outcomes)):
            post_event(received(id=number + 1), id=f"evt_{number}")
        sending = Sending(sender, Records(), Scripted(*outcomes), parts.templates(config), lambda: 0.5)
        return sending, list(Mail.objects.order_by("id").values_list("id", flat=True))

    return make


def states() -> list[str]:
    return list(Mail.objects.order_by("id").values_list("state", flat=True))


def test_a_result_waits_for_the_next_claim_and_is_written_with_it(made: Made) -> None:
    sending, (first, second) = made(Outcome("sent", "250"), Outcome("failed", "451", "later"))
    sending.passed_on(first)
    assert states() == ["sending", "queued"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sending.passed_on(second)
    assert sum(query["sql"].startswith("BEGIN") for query in queries) == 1
    assert states() == ["sent", "sending"]
    sending.settle()
    sending.settle()
    assert states() == ["sent", "failed"]
    assert [len(mail.attempts) for mail in Mail.objects.order_by("id")] == [1, 1]


def test_what_is_wrong_with_the_next_mail_costs_the_former_nothing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    sending, (first, second) = made(Outcome("sent", "250"), Outcome("sent", "250"))
    sending.passed_on(first)

    def refused(*_: Any) -> Any:
        raise DataError("a value that the database does not take")

    with monkeypatch.context() as patch:
        patch.setattr(Records, "claim", refused)
        with pytest.raises(DataError):
            sending.passed_on(second)
    assert states() == ["sent", "queued"]
    sending.attempt(second)
    assert states() == ["sent", "sent"]


def test_a_result_is_written_although_the_next_mail_is_taken_by_another(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, (first, second) = made(Outcome("sent", "250"), Outcome("sent", "250"))
    sending.passed_on(first)
    work = Records().work(second)
    assert work is not None
    now = clock.now()
    assert Records().claim(second, Claim("s_2", now, "smtp", "<x>", "s", "t", b"raw"), now)
    monkeypatch.setattr(Records, "work", lambda *_: work)  # read before the other one was quicker
    assert sending.passed_on(second) is None
    assert states() == ["sent", "sending"]


def test_a_mail_that_is_not_handed_over_keeps_no_result_waiting(made: Made) -> None:
    sending, (first, second) = made(Outcome("sent", "250"), Outcome("sent", "250"))
    sending.passed_on(first)
    Suppression.objects.create(address="ada@example.org", cause="staff")
    sending.passed_on(second)
    assert states() == ["sent", "dead"]
    assert Mail.objects.get(id=second).attempts == []
