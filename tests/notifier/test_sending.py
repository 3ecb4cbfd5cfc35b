"""One attempt and what follows: states, retries, suppression, pauses, claims, leases; then the whole sender."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprints import clock, paths
from blueprints.notifier import actions, agenda, presence, recovery, sender
from blueprints.notifier.agenda import Agenda
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.state import Settled
from blueprints.notifier.models import Content, Mail, Pause, Suppression
from blueprints.notifier.records import Claim
from blueprints.notifier.records.database import Records, purge
from tests.notifier.conftest import Post, price_drop, received
from tests.servers.smtp import Sink
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
WorkOff = Callable[..., list[str]]
AS_SENT = Settled("sent", None, None, counts=True)


class Scripted:
    """A channel that says what it was told to say."""

    def __init__(self, *outcomes: Outcome, word: str = "unknown") -> None:
        self.outcomes = list(outcomes)
        self.word = word
        self.parcels: list[Any] = []

    def send(self, parcel: Any) -> Outcome:
        self.parcels.append(parcel)
        return self.outcomes.pop(0)

    def told(self, mail_id: str) -> Any:
        return self.word

    def quota(self) -> float | None:
        return None

    def close(self) -> None:
        pass


def to_sink(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": sink.host, "PORT": sink.port, "SECURITY": "none", "TIMEOUT": "60s"}.items():
        monkeypatch.setenv(f"BLUEPRINTS_NOTIFIER__SMTP__{name}", str(value))


def test_two_451_then_250_is_sent_at_the_third_attempt_with_the_same_bytes(
    notifier: Callable[..., Any],
    post_event: Post,
    work_off: WorkOff,
    smtp: Callable[..., Sink],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sink = smtp(answers=["451 4.3.0 later", "451 4.3.0 later"])
    to_sink(sink, monkeypatch)
    config = notifier(channel="smtp")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        post_event(received())
        assert work_off(config) == ["failed"]
        mail = Mail.objects.get()
        assert (mail.state, mail.reason, mail.due_at) == (
            "failed",
            "451 DATA: 4.3.0 later",
            clock.now() + timedelta(minutes=1),
        )
        assert work_off(config) == [], "not before its time"
        traveller.shift(61)
        assert work_off(config) == ["failed"]
        traveller.shift(301)
        assert work_off(config) == ["sent"]
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.due_at) == ("sent", None, None)
    assert [each["result"] for each in mail.attempts] == ["failed", "failed", "sent"]
    assert len({content for _, _, content in sink.mails}) == 1
    assert mail.message_id == f"<{mail.id}@shop.example>"


def test_a_refused_address_is_dead_suppressed_and_not_asked_again(
    notifier: Callable[..., Any],
    post_event: Post,
    work_off: WorkOff,
    smtp: Callable[..., Sink],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sink = smtp(rcpt_answers=["550 5.1.1 ada@example.org: no such user"])
    to_sink(sink, monkeypatch)
    config = notifier(channel="smtp")
    post_event(received())
    assert work_off(config) == ["dead"]
    assert list(Suppression.objects.values_list("address", "cause")) == [("ada@example.org", "bad_address")]
    post_event(received(), id="evt_2")
    assert f"mail {Mail.objects.get(event_id='evt_1').id} is dead (550)" in caplog.text
    assert "ada@" not in caplog.text
    newest = Mail.objects.get(event_id="evt_2")
    assert (newest.state, newest.reason, newest.attempts) == ("dead", "suppressed", [])
    assert sink.connections == 1


def test_a_refused_log_in_costs_no_attempt(notifier: Callable[..., Any], post_event: Post, work_off: WorkOff) -> None:
    config = notifier()
    post_event(received())
    refusal = Outcome("paused", "535", "5.7.8 no")
    assert work_off(config, Scripted(refusal)) == ["paused"]
    mail = Mail.objects.get()
    assert (mail.state, mail.attempts, mail.reason) == ("queued", [], "535 5.7.8 no")
    assert work_off(config, Scripted(Outcome("sent"))) == ["sent"]


def test_after_the_last_wait_a_mail_is_dead_and_kept(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff
) -> None:
    config = notifier(schedule=[timedelta(minutes=1)])
    with time_machine.travel(clock.now(), tick=False) as traveller:
        post_event(received())
        for _ in range(3):
            work_off(config, Scripted(Outcome("failed", "421", "busy")))
            traveller.shift(90)
    mail = Mail.objects.get()
    assert (mail.state, len(mail.attempts)) == ("dead", 2)
    assert mail.reason == "given up after 2 attempts: 421 busy"


def test_an_address_suppressed_while_its_mail_waited_gets_nothing(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    post_event(received())
    actions.suppress("ADA@example.org", "staff")
    channel = Scripted()
    assert work_off(config, channel) == ["dead"]
    assert channel.parcels == []
    assert Mail.objects.get().reason == "suppressed"


def test_a_complaint_stops_alerts_and_not_the_own_order(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff
) -> None:
    notifier()
    actions.suppress("ada@example.org", "complaint")
    post_event(received())
    post_event(price_drop(), source="store")
    assert dict(Mail.objects.values_list("kind", "state")) == {"order_received": "queued", "price_drop": "dead"}


def test_an_alert_carries_the_one_click_header(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    post_event(price_drop(), source="store")
    channel = Scripted(Outcome("sent"))
    work_off(config, channel)
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in channel.parcels[0].raw


def test_a_broken_template_fails_by_file_and_line_and_heals(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "order_received.html").write_text("<p>\n{{ nobody }}")
    monkeypatch.setenv("BLUEPRINTS_NOTIFIER__FOLDER__PATH", str(tmp_path))
    config = notifier(templates="folder")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        post_event(received())
        assert work_off(config, Scripted()) == ["failed"]
        mail = Mail.objects.get()
        assert mail.state == "failed"
        assert f"{tmp_path / 'order_received.html'}, line 2" in str(mail.reason)
        (tmp_path / "order_received.html").write_text("<p>healed {{ order_id }}</p>")
        traveller.shift(61)
        assert work_off(config, Scripted(Outcome("sent"))) == ["sent"]
    mail.refresh_from_db()
    assert mail.template == "folder:order_received"


def test_what_no_one_foresaw_fails_that_mail_alone(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = notifier()
    post_event(received())

    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("blueprints.notifier.message.built", broken)
    assert work_off(config, Scripted()) == ["failed"]
    assert Mail.objects.get().reason == "cannot be made: RuntimeError: a bug"


def test_of_two_claims_one_wins(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    post_event(received())
    mail = Mail.objects.get()
    now = clock.now()
    claims = [Claim(f"s_{n}", now + timedelta(minutes=2), "file", "<x>", "s", "t", b"raw") for n in range(2)]
    assert [Records().claim(mail.id, claim, now) for claim in claims] == [True, False]
    assert not Records().settle(mail.id, "s_1", AS_SENT, Outcome("sent"), now), "not its claim"
    assert Records().settle(mail.id, "s_0", AS_SENT, Outcome("sent"), now)
    assert Records().work(mail.id) is None


def claimed(post_event: Post, name: str = "s_gone", id: str = "evt_1") -> Mail:
    post_event(received(), id=id)
    mail = Mail.objects.get(event_id=id)
    now = clock.now()
    assert Records().claim(mail.id, Claim(name, now + timedelta(seconds=120), "smtp", "<x>", "s", "t", b"raw"), now)
    return mail


def test_a_lease_that_ended_is_unknown_and_a_late_answer_still_counts(
    notifier: Callable[..., Any], post_event: Post
) -> None:
    notifier()
    mail = claimed(post_event)
    assert recovery.of_ended_leases(Records(), Scripted(), clock.now()) == 0
    assert recovery.of_ended_leases(Records(), Scripted(), clock.now() + timedelta(seconds=121)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.due_at) == ("unknown", None)
    assert "resolve" in str(mail.reason)
    assert Records().due(clock.now() + timedelta(days=30), 10, set()) == [], "nothing repeats it by itself"
    assert Records().settle(mail.id, "s_gone", AS_SENT, Outcome("sent", "250"), clock.now())
    mail.refresh_from_db()
    assert (mail.state, mail.sender) == ("sent", None)


@pytest.mark.parametrize(("word", "state"), [("sent", "sent"), ("queued", "queued"), ("unknown", "unknown")])
def test_a_dead_predecessors_claims_are_settled_at_once(
    notifier: Callable[..., Any], post_event: Post, tmp_path: Path, word: str, state: str
) -> None:
    notifier()
    folder = tmp_path / "senders"
    alive, dead = presence.Presence(folder), presence.Presence(folder)
    mine = claimed(post_event, dead.name)
    others = claimed(post_event, alive.name, "evt_2")
    elsewhere = claimed(post_event, "s_elsewhere", "evt_3")
    os.close(dead._handle)  # what the kernel does when a process ends
    successor = presence.Presence(folder)
    assert recovery.of_the_dead(successor, Records(), Scripted(word=word), clock.now()) == 1
    states = dict(Mail.objects.values_list("id", "state"))
    assert states == {mine.id: state, others.id: "sending", elsewhere.id: "sending"}
    assert not (folder / dead.name).exists()
    assert not successor.dead("s_never")
    successor.leave()
    alive.leave()
    assert list(folder.iterdir()) == []


def test_a_queued_again_mail_sends_the_same_bytes(
    notifier: Callable[..., Any], post_event: Post, work_off: WorkOff
) -> None:
    config = notifier()
    mail = claimed(post_event)
    recovery.of_ended_leases(Records(), Scripted(word="queued"), clock.now() + timedelta(seconds=121))
    channel = Scripted(Outcome("sent"))
    with time_machine.travel(clock.now() + timedelta(seconds=122)):
        assert work_off(config, channel) == ["sent"]
    assert [parcel.raw for parcel in channel.parcels] == [b"raw"]
    mail.refresh_from_db()
    assert len(mail.attempts) == 1


def test_sensitive_data_is_erased_once_the_mail_is_final(
    notifier: Callable[..., Any], client: Client, key: Callable[..., dict[str, str]], work_off: WorkOff
) -> None:
    config = notifier()
    body = {"to": {"address": "ada@example.org"}, "subject": "Reset", "text": "code 123456", "sensitive": True}
    assert client.post("/api/v1/mails", body, "application/json", headers=key()).status_code == 202
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False) as traveller:
        assert work_off(config, Scripted(Outcome("failed", "451", "later"))) == ["failed"]
        assert "123456" in Content.objects.get().variables
        traveller.shift(100)
        assert work_off(config, Scripted(Outcome("sent"))) == ["sent"]
    content = Content.objects.get()
    assert (content.variables, content.raw) == ("{}", None)
    with pytest.raises(actions.WrongState, match="erased"):
        actions.resend(content.mail_id)


def test_old_final_mails_are_deleted_and_waiting_ones_kept(notifier: Callable[..., Any], post_event: Post) -> None:
    notifier()
    with time_machine.travel(clock.now() - timedelta(days=100)):
        claimed(post_event, id="evt_old")
        post_event(received(), id="evt_waiting")
    recovery.of_ended_leases(Records(), Scripted(), clock.now())
    claimed(post_event, id="evt_new")
    assert purge(clock.now(), 90) == 1
    assert set(Mail.objects.values_list("event_id", flat=True)) == {"evt_waiting", "evt_new"}
    assert Content.objects.count() == 2


@contextmanager
def running(config: Any) -> Iterator[threading.Event]:
    """The whole sender in threads of this process."""
    stop = threading.Event()
    thread = threading.Thread(target=sender.Senders(config, stop).run)
    thread.start()
    yield stop
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> None:
    """Threads need a database that they share: SQLite's test database is one where it is a file."""
    from django.db import connection

    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("the test database is in memory")


def test_the_sender_works_off_what_is_due_and_stops_cleanly(
    notifier: Callable[..., Any], post_event: Post, on_disk: None
) -> None:
    config = notifier(senders=3)
    for number in range(20):
        post_event(received(id=number + 1), id=f"evt_{number}")
    with running(config):
        until(lambda: Mail.objects.filter(state="sent").count() == 20)
        post_event(received(id=99), id="evt_late")
        until(lambda: Mail.objects.filter(state="sent").count() == 21)
    box = paths.data_dir() / "notifier" / "outbox" / "new"
    assert {file.name for file in box.iterdir()} == set(Mail.objects.values_list("id", flat=True))
    assert list((paths.data_dir() / "notifier" / "senders").iterdir()) == []


def test_a_paused_channel_is_on_record_and_recovers(
    notifier: Callable[..., Any],
    post_event: Post,
    on_disk: None,
    smtp: Callable[..., Sink],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sink = smtp(rcpt_answers=["530 5.7.0 log in first"] * 1000)  # until the pause has been seen
    to_sink(sink, monkeypatch)
    monkeypatch.setattr(sender, "PAUSE", timedelta(seconds=0.3))
    config = notifier(channel="smtp", senders=1)
    post_event(received())
    with running(config):
        until(lambda: Pause.objects.exists())
        assert "530" in Pause.objects.get().reason
        sink.rcpt_answers.clear()
        until(lambda: Mail.objects.filter(state="sent").exists())
        until(lambda: not Pause.objects.exists())
    assert len(Mail.objects.get().attempts) == 1


def test_the_sender_outlives_a_bad_minute(
    notifier: Callable[..., Any],
    post_event: Post,
    on_disk: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = ["work", "due"]

    def sometimes(name: str) -> Callable[..., Any]:
        """The method of that name; its first call finds no database."""
        method = getattr(Records, name)

        def call(*args: Any) -> Any:
            if name in away:
                away.remove(name)
                raise RuntimeError(f"no database to ask for {name}")
            return method(*args)

        return call

    monkeypatch.setattr(Records, "work", sometimes("work"))
    monkeypatch.setattr(Records, "due", sometimes("due"))
    monkeypatch.setattr(recovery, "of_ended_leases", lambda *_: 1 / 0)
    config = notifier(senders=1)
    post_event(received())
    with running(config):
        until(lambda: Mail.objects.filter(state="sent").exists())
        until(lambda: "housekeeping failed" in caplog.text)
    assert away == []
    assert "no database to ask for work" in caplog.text
    assert "no database to ask for due" in caplog.text


class Patient(threading.Event):
    """An event whose waits pass at once, on a clock of its own; `during` is called in each of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.time_s = 100.0
        self.during: Callable[[], object] = lambda: None
        clock = SimpleNamespace(monotonic=lambda: self.time_s)
        monkeypatch.setattr(agenda, "time", clock)  # of that module alone: other threads have the real one

    def wait(self, timeout: float | None = None) -> bool:
        self.time_s += timeout or 0
        self.during()
        return self.is_set()


def test_the_agenda_keeps_to_the_rate_and_hands_out_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Patient(monkeypatch)
    plan = Agenda(lambda limit, busy: [name for name in ("a", "b", "c") if name not in busy], stop, rate=2)
    assert [(plan.next(), stop.time_s) for _ in range(3)] == [("a", 100.0), ("b", 100.5), ("c", 101.0)]
    plan.done("b")
    assert plan.next() == "b"


def test_a_pause_that_begins_while_the_rate_makes_a_thread_wait_costs_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = Patient(monkeypatch)
    plan = Agenda(lambda limit, busy: [name for name in ("a", "b") if name not in busy], stop, rate=2)
    assert plan.next() == "a"

    def pause_once() -> None:
        stop.during = lambda: None
        plan.rest(60)

    stop.during = pause_once
    assert plan.next() == "b"
    assert stop.time_s >= 160
    plan._known.clear()
    assert plan._taken() is None, "another thread's pause forgot what was known"


def test_an_agenda_that_stops_hands_out_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Patient(monkeypatch)
    plan = Agenda(lambda limit, busy: [name for name in ("a", "b") if name not in busy], stop, rate=0.01)
    assert plan.next() == "a"
    stop.during = stop.set
    assert plan.next() is None


def test_a_resting_agenda_looks_again_before_it_hands_out() -> None:
    stop = threading.Event()
    asked: list[int] = []

    def fetch(limit: int, busy: set[str]) -> list[str]:
        asked.append(1)
        return ["a", "b"] if len(asked) == 1 else ["c"]

    plan = Agenda(fetch, stop)
    assert plan.next() == "a"
    plan.rest(0.05)
    assert plan.next() == "c"
    stop.set()
    assert plan.next() is None


def test_an_agenda_makes_nobody_wait_who_only_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Patient(monkeypatch)
    mails = ["a", "b"]
    plan = Agenda(lambda limit, busy: [name for name in mails if name not in busy], stop, rate=2)
    assert plan.at_once() == "a"
    assert plan.at_once() is None, "the rate allows none yet"
    stop.time_s += 1
    with plan._turn:
        assert plan.at_once() is None, "another thread is looking"
    assert plan.at_once() == "b"
    stop.time_s += 1
    assert plan.at_once() is None, "there is none"
    mails.append("c")
    plan.rest(60)
    assert plan.at_once() is None
    stop.time_s += 61
    stop.set()
    assert plan.at_once() is None
