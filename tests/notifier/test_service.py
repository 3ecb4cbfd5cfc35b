"""The service as a stranger runs it: kills at every named step, parallel posts, settings that cannot work."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from blueprints.errors import ConfigError
from blueprints.notifier import parts
from blueprints.notifier.config import NotifierConfig, SourceConfig
from blueprints.web import webhooks
from tests.conftest import Run
from tests.notifier.conftest import SECRETS, received
from tests.waiting import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("unmeasured")]
ENV = {"BLUEPRINTS_NOTIFIER__SOURCES": json.dumps({"orders": {"secrets": [SECRETS["orders"]]}})}


def post(url: str, number: int) -> tuple[int, Any]:
    """Post the signed event `evt_<number>`: (status, body)."""
    body = json.dumps(received(id=number)).encode()
    headers = webhooks.headers([SECRETS["orders"]], f"evt_{number}", datetime.now(UTC), body)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("POST", "/webhooks/orders", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def mails(run: Run, url: str) -> dict[int, str]:
    """Order -> state of each mail; fails when an order has two."""
    lines = run("notifier", "list", "--json", "--base-url", url, "--limit", "500", expect=0).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len({row["order_id"] for row in rows}) == len(rows)
    return {row["order_id"]: row["state"] for row in rows}


def box(home: Path) -> list[str]:
    folder = home / "data" / "notifier" / "outbox" / "new"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_fifty_at_once_and_again_after_a_restart_make_one_mail(
    serve: Callable[..., Any], run: Run, isolated: Path
) -> None:
    service = serve("notifier", env=ENV)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: post(service.url, 1), range(50)))
    assert sorted(status for status, _ in answers) == [200] * 49 + [202]
    assert len({body["mails"][0] for _, body in answers}) == 1
    until(lambda: len(box(isolated)) == 1)
    assert service.stop() == 0
    again = serve("notifier", env=ENV)
    assert post(again.url, 1) == (200, answers[0][1])
    assert post(again.url, 2)[0] == 202
    until(lambda: len(box(isolated)) == 2)
    assert mails(run, again.url) == {1: "sent", 2: "sent"}


def test_a_sender_killed_at_work_loses_and_doubles_nothing(
    serve: Callable[..., Any], run: Run, smtp: Callable[..., Any]
) -> None:
    killed_at_work(serve, run, smtp(), {})


def killed_at_work(serve: Callable[..., Any], run: Run, sink: Any, more: dict[str, str]) -> None:
    """Kill a sender at its third pass of each step: every mail arrives but the two in doubt, none twice."""
    settings = {"CHANNEL": "smtp", "SMTP__HOST": sink.host, "SMTP__PORT": str(sink.port), "SMTP__SECURITY": "none"}
    env = ENV | more | {f"BLUEPRINTS_NOTIFIER__{name}": value for name, value in {**settings, "SENDERS": "1"}.items()}
    service = serve("notifier", "--no-sender", env=env)
    for number in range(1, 10):
        assert post(service.url, number)[0] == 202
    for point, arrived in (("after_claim", 2), ("after_provider", 5)):
        with sender(env | {"BLUEPRINTS_FAILPOINT": f"notifier.send.{point}:3"}) as doomed:
            assert doomed.wait(60) == -signal.SIGKILL
        assert len(sink.mails) == arrived, "claimed and not handed over, then handed over and not written down"
    with sender(env):
        until(lambda: set(mails(run, service.url).values()) <= {"sent", "unknown"})
    states = mails(run, service.url)
    assert (len(states), list(states.values()).count("unknown")) == (9, 2)
    assert len(sink.mails) == len({content for _, _, content in sink.mails}) == 8


@contextmanager
def sender(env: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """The sender process alone; ended with the block, where it still runs."""
    words = [sys.executable, "-m", "blueprints.web.serving.child", "notifier", "blueprints.notifier.sender:run"]
    with subprocess.Popen(
        words, env={**os.environ, **env}, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield process
        process.terminate()
        assert process.wait(60) in (0, -signal.SIGKILL)


def test_the_file_channel_knows_what_became_of_a_mail(serve: Callable[..., Any], run: Run, isolated: Path) -> None:
    service = serve("notifier", "--no-sender", env=ENV)
    for number in (1, 2):
        post(service.url, number)
    env = ENV | {"BLUEPRINTS_NOTIFIER__SENDERS": "1", "BLUEPRINTS_FAILPOINT": "notifier.send.after_provider"}
    with sender(env) as doomed:
        assert doomed.wait(60) == -signal.SIGKILL
    with sender(ENV):
        until(lambda: set(mails(run, service.url).values()) == {"sent"})
    assert len(box(isolated)) == 2


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_a_receiver_killed_at_work_takes_the_event_once_when_it_comes_again(
    serve: Callable[..., Any], run: Run, isolated: Path, point: str
) -> None:
    doomed = serve("notifier", "--no-sender", env=ENV | {"BLUEPRINTS_FAILPOINT": f"notifier.receive.{point}"})
    with pytest.raises((OSError, http.client.HTTPException)):
        post(doomed.url, 1)
    doomed.stop()
    service = serve("notifier", env=ENV)
    assert post(service.url, 1)[0] == (202 if point == "before_commit" else 200)
    until(lambda: mails(run, service.url) == {1: "sent"})
    assert len(box(isolated)) == 1


class SlowServer:
    """Speaks SMTP with one client at a time; leaves the final dot unanswered until told."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.env = ENV | {
            "BLUEPRINTS_NOTIFIER__CHANNEL": "smtp",
            "BLUEPRINTS_NOTIFIER__SMTP__HOST": "127.0.0.1",
            "BLUEPRINTS_NOTIFIER__SMTP__PORT": str(listening.getsockname()[1]),
            "BLUEPRINTS_NOTIFIER__SMTP__SECURITY": "none",
        }

    def take(self) -> None:
        """Converse until the final dot."""
        self._connection, _ = self._listening.accept()
        self._words = self._connection.makefile("rwb")
        self.say(b"220 slow.example")
        for answer in (b"250 slow", b"250 sender", b"250 recipient", b"354 go on"):
            self._words.readline()
            self.say(answer)
        while self._words.readline() != b".\r\n":
            pass

    def say(self, line: bytes) -> None:
        self._words.write(line + b"\r\n")
        self._words.flush()

    def close(self) -> None:
        self._words.close()
        self._connection.close()


@pytest.fixture
def slow() -> Iterator[SlowServer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        yield SlowServer(listening)


def test_sigterm_lets_a_mail_in_flight_finish(serve: Callable[..., Any], slow: SlowServer, isolated: Path) -> None:
    service = serve("notifier", env=slow.env)
    post(service.url, 1)
    slow.take()
    service.process.terminate()
    time.sleep(1)  # the mail is in flight while the service has been told to stop
    slow.say(b"250 2.0.0 taken")
    assert service.process.wait(60) == 0
    slow.close()
    with sqlite3.connect(isolated / "data" / "notifier" / "db.sqlite3") as database:
        assert database.execute("SELECT order_id, state FROM notifier_mail").fetchall() == [(1, "sent")]
    database.close()


def test_a_database_that_is_away_when_the_provider_answers_costs_no_certainty(
    serve: Callable[..., Any], run: Run, slow: SlowServer, postgres_url: Callable[[], str]
) -> None:
    import psycopg

    database = postgres_url()
    service = serve("notifier", "--no-sender", "--database", database, env=slow.env)
    post(service.url, 1)
    with sender(slow.env | {"BLUEPRINTS_NOTIFIER__DATABASE": database}):
        slow.take()
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"  # waits until they are gone
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        slow.say(b"250 2.0.0 taken")
        until(lambda: mails(run, service.url) == {1: "sent"})
        slow.close()


def test_a_sender_killed_at_work_on_postgresql_loses_and_doubles_nothing(
    serve: Callable[..., Any], run: Run, smtp: Callable[..., Any], postgres_url: Callable[[], str]
) -> None:
    killed_at_work(serve, run, smtp(), {"BLUEPRINTS_NOTIFIER__DATABASE": postgres_url()})


def test_postgresql_serves_as_well(
    serve: Callable[..., Any], run: Run, isolated: Path, postgres_url: Callable[[], str]
) -> None:
    service = serve("notifier", "--database", postgres_url(), env=ENV)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: post(service.url, number % 5 + 1), range(40)))
    assert sorted(status for status, _ in answers) == [200] * 35 + [202] * 5
    until(lambda: len(box(isolated)) == 5)
    until(lambda: set(mails(run, service.url).values()) == {"sent"})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"from_address": "nobody"}, "notifier.from_address"),
        ({"reply_to": "a@b@c"}, "notifier.reply_to"),
        ({"silence": ["order_lost"]}, "notifier.silence"),
        ({"sources": {"mars": SourceConfig()}}, "'mars'"),
        ({"sources": {"orders": SourceConfig(["whsec_short"])}}, r"notifier\.sources\.orders\.secrets"),
        ({"channel": "pigeon"}, "no channel named pigeon"),
        ({"templates": "s3"}, r"notifier\.s3\.bucket"),
        ({"templates": "folder"}, r"notifier\.folder\.path"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parts.checked(NotifierConfig(**fields))


def test_a_start_with_such_settings_exits_2(spawn: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = spawn("serve", "notifier", "--port", "0", env={"BLUEPRINTS_NOTIFIER__SILENCE": "order_lost"})
    _, told = process.communicate(timeout=100)
    assert process.returncode == 2
    assert "Error: notifier.silence" in told


def test_a_channel_of_the_users_own_is_found(isolated: Path) -> None:
    folder = isolated / "config" / "plugins" / "notifier" / "channels"
    folder.mkdir(parents=True)
    text = (
        '"""Own."""\nclass Channel:\n    def send(self, parcel): ...\n    def told(self, mail_id): return "unknown"\n'
    )
    (folder / "own.py").write_text(text + "    def quota(self): return None\n    def close(self): ...\n")
    assert parts.channel(NotifierConfig(channel="own")).told("m_1") == "unknown"
