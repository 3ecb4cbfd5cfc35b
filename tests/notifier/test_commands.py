"""The commands: exact output and exit codes; the client against a running service."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprints.notifier import samples
from blueprints.notifier.channels.smtp import Channel
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.records import FIELDS
from tests.conftest import Run
from tests.notifier.conftest import order
from tests.servers.smtp import Sink
from tests.waiting import until

pytestmark = pytest.mark.timeout(300)


def test_a_preview_prints_the_text_of_an_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    tracking = {"carrier": "Parcel Post", "number": "PP-1", "url": "https://parcels.example/PP-1"}
    file.write_text(json.dumps(order(tracking=tracking)))
    found = run("notifier", "preview", "order_shipped", "--data", str(file), "--part", "text", expect=0)
    assert found.stdout == (
        "Hello Ada Byte,\n\nYour order #39 has left us and is on its way to you.\n\n"
        "Carrier: Parcel Post\nTracking number: PP-1\nTrack the parcel: https://parcels.example/PP-1\n\n"
        "- 1 x Astro Racer: $10.00\n- 1 x Maze Hunter: $15.30\n- 1 x Tiny Orchestra: $7.45\n\n"
        "Total: $32.75\n\n-- \nBlueprints Games\n"
    )
    assert found.stderr == ""


def test_a_preview_takes_events_and_variables_from_standard_input(run: Run) -> None:
    event = json.dumps({"type": "order.received", "data": {"order": order()}})
    assert run("notifier", "preview", "order_received", "--data", "-", "--part", "subject", input=event).stdout == (
        "Order #39: thank you\n"
    )
    variables = json.dumps(samples.variables("price_drop"))
    found = run(
        "notifier", "preview", "price_drop", "--data", "-", "--part", "subject", "--locale", "de", input=variables
    )
    assert found.stdout == "Astro Racer kostet jetzt 19,90 $\n"
    assert run("notifier", "preview", "price_drop", "--data", "-", input="[]", expect=2).stdout == ""


def test_a_preview_needs_no_data(run: Run) -> None:
    assert "<h1" in run("notifier", "preview", "order_completed", expect=0).stdout
    raw = run("notifier", "preview", "keys_ready", "--part", "raw", expect=0).stdout
    assert 'To: "Ada Byte" <ada@example.org>' in raw
    assert "List-Unsubscribe" not in raw
    alert = run("notifier", "preview", "price_drop", "--part", "raw", expect=0).stdout
    assert "List-Unsubscribe: <https://shop.example/alerts/unsubscribe/sample/>" in alert


def test_a_broken_template_exits_1_with_file_and_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "order_shipped.html").write_text("<p>\n\n{{ nobody }}")
    env = {"BLUEPRINTS_NOTIFIER__TEMPLATES": "folder", "BLUEPRINTS_NOTIFIER__FOLDER__PATH": str(tmp_path)}
    found = run("notifier", "preview", "order_shipped", env=env, expect=1)
    assert found.stderr == f"Error: {tmp_path / 'order_shipped.html'}, line 3: 'nobody' is undefined\n"
    check = run("notifier", "templates", "check", env=env, expect=1)
    assert f"order_shipped (en): {tmp_path / 'order_shipped.html'}, line 3" in check.stdout
    assert "order_received (de): good" in check.stdout


def test_templates_are_listed_with_their_files(run: Run) -> None:
    table = run("notifier", "templates", expect=0).stdout
    assert re.search(r"^order_shipped +package +html, subject, text +any, de$", table, re.MULTILINE)
    rows = [json.loads(line) for line in run("notifier", "templates", "--json", expect=0).stdout.splitlines()]
    assert "test" in [row["name"] for row in rows]
    assert run("notifier", "templates", "check", expect=0).stdout.count(": good") == 21


def test_a_test_mail_shows_the_providers_answer(
    run: Run, isolated: Path, smtp: Callable[..., Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run("notifier", "test-mail", "ada@example.org", expect=0)
    first, second = found.stdout.splitlines()
    assert first.startswith("message id: <m_")
    assert second.startswith("answer: new/m_")
    assert len(list((isolated / "data" / "notifier" / "outbox" / "new").iterdir())) == 1
    sink = smtp(rcpt_answers=["250 ok", "550 5.1.1 no such user", "530 5.7.0 log in"])
    env = {"HOST": sink.host, "PORT": str(sink.port), "SECURITY": "none"}
    env = {f"BLUEPRINTS_NOTIFIER__SMTP__{name}": value for name, value in env.items()}

    def ask(expect: int) -> Any:
        return run("notifier", "test-mail", "ada@example.org", "--channel", "smtp", "--json", env=env, expect=expect)

    assert json.loads(ask(0).stdout)["answer"] == "250 2.0.0 Ok: queued as 4F00"
    assert ask(3).stderr == "Error: smtp did not take the mail (dead): 550 RCPT TO: 5.1.1 no such user\n"
    assert ask(4).stderr == "Error: smtp refuses us: 530 RCPT TO: 5.7.0 log in\n"
    monkeypatch.setattr(Channel, "send", lambda *_: Outcome("unknown", text="the line was cut"))
    assert ask(3).stderr == "Error: smtp may have taken the mail, nobody knows: the line was cut\n"
    assert run("notifier", "test-mail", "nobody", expect=2).stderr.startswith(
        "Error: 'nobody' is not an e-mail address"
    )


def test_without_a_key_or_a_service_the_client_says_what_to_do(run: Run, isolated: Path) -> None:
    assert "start `blueprints serve notifier` here once" in run("notifier", "list", expect=4).stderr
    key = isolated / "data" / "notifier" / "admin.key"
    key.parent.mkdir(parents=True)
    key.write_text("k" * 40)
    found = run("notifier", "list", "--base-url", "http://127.0.0.1:9", expect=3)
    assert "127.0.0.1:9: connection refused; is `blueprints serve notifier` running there?" in found.stderr


def test_the_bundle_command_says_what_it_made(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.notifier.bundle.build", lambda out, python, arch: 16_200_000)
    found = run("notifier", "package", "--out", str(tmp_path / "x.zip"), "--arch", "x86_64", expect=0)
    assert found.stdout == f"{tmp_path / 'x.zip'}: 16.2 MB for Python 3.13 on x86_64\n"


def test_the_client_against_a_running_service(run: Run, serve: Callable[..., Any]) -> None:
    service = serve("notifier", "--demo")
    env = {"BLUEPRINTS_NOTIFIER__BASE_URL": service.url}

    def ask(*words: str, expect: int = 0) -> Any:
        return run("notifier", *words, env=env, expect=expect)

    def mails(*words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in ask("list", "--json", *words).stdout.splitlines()]

    until(lambda: len(mails("--state", "sent")) == 11)
    mail_id = mails("--kind", "order_shipped")[0]["id"]
    table = ask("list", "--order", "39", "--to", "ada@shop.example", "--since", "1h", "--limit", "3").stdout
    assert table.splitlines()[0].split() == ["id", "created", "kind", "state", "to", "order", "attempts"]
    assert len(table.splitlines()) == 4
    assert ask("list", "--state", "dead").stderr == "no mails\n"
    assert len(mails("--since", "2020-01-01", "--limit", "5")) == 5
    assert ask("list", "--since", "soonish", expect=2).stderr.startswith("Error: --since: 'soonish' is neither")
    shown = ask("show", mail_id).stdout
    fields = dict(re.split(r" {2,}", line, maxsplit=1) for line in shown.splitlines())
    assert (fields["state"], fields["to"]) == ("sent", "Ada Byte <ada@shop.example>")
    assert json.loads(ask("show", mail_id, "--json").stdout)["id"] == mail_id
    assert f"Message-ID: <{mail_id}@localhost>" in ask("show", mail_id, "--raw").stdout
    again = ask("resend", mail_id).stdout.strip()
    assert json.loads(ask("resend", mail_id, "--json").stdout)["resent_from"] == mail_id
    until(lambda: json.loads(ask("show", again, "--json").stdout)["state"] == "sent")
    assert "only a mail whose fate is unknown" in ask("resolve", mail_id, "--as", "sent", expect=1).stderr
    assert ask("show", "m_none", expect=1).stderr == "Error: there is no mail of this id\n"
    assert ask("suppressions", "add", "x@example.org", "--note", "asked").stdout == "x@example.org gets no more mail\n"
    assert "x@example.org" in ask("suppressions", "list").stdout
    assert json.loads(ask("suppressions", "list", "--json").stdout)["note"] == "asked"
    assert ask("suppressions", "remove", "x@example.org").stdout == "x@example.org gets mail again\n"
    assert json.loads(ask("suppressions", "add", "x@example.org", "--json").stdout)["cause"] == "staff"
    assert json.loads(ask("suppressions", "remove", "x@example.org", "--json").stdout) == {"removed": "x@example.org"}
    assert ask("suppressions", "list").stderr == "no address is suppressed\n"
    refused = run("notifier", "list", env=env | {"BLUEPRINTS_NOTIFIER__API_KEY": "wrong"}, expect=4)
    assert "refuses the key" in refused.stderr
    assert service.stop() == 0


def test_a_mail_in_doubt_is_pointed_out_and_resolved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints.notifier.client import Client

    mail: dict[str, Any] = dict.fromkeys(FIELDS) | {
        "id": "m_1",
        "created_at": "2026-11-22T12:00:00Z",
        "kind": "test",
        "state": "unknown",
        "to": {"name": "", "address": "a@b.example"},
        "attempts": [],
    }
    monkeypatch.setattr(Client, "__init__", lambda self, base_url: None)
    monkeypatch.setattr(Client, "__exit__", lambda self, *_: None)
    monkeypatch.setattr(Client, "mails", lambda self, filters, limit: iter([mail]))
    monkeypatch.setattr(
        Client, "resolve", lambda self, name, verdict: mail | {"state": verdict, "reason": "staff says so"}
    )
    with monkeypatch.context() as patch:
        patch.setattr("blueprints.notifier.commands.layout.is_narrow", lambda columns: columns > 80)
        mail["attempts"] = [{}, {}]
        narrow = run("notifier", "list", expect=0).stdout.splitlines()
        mail["attempts"] = []
    assert [re.split(r" {2,}", line) for line in narrow] == [
        ["id, created", "kind, to", "state", "order"],
        ["m_1", "test", "unknown", "--"],
        ["2026-11-22 12:00:00", "a@b.example", "2 attempts"],
    ]
    found = run("notifier", "list", expect=0)
    assert "m_1  2026-11-22 12:00:00  test  unknown  a@b.example     --         0" in found.stdout
    assert "blueprints notifier resolve" in found.stderr
    mail["to"]["name"] = "N" * 200
    assert f" {'N' * 29}… <a@b.example>" in run("notifier", "list", env={"COLUMNS": "200"}, expect=0).stdout
    mail["to"]["name"] = ""
    assert run("notifier", "resolve", "m_1", "--as", "sent", expect=0).stdout == "m_1: sent, staff says so\n"
    assert json.loads(run("notifier", "resolve", "m_1", "--as", "sent", "--json", expect=0).stdout)["state"] == "sent"


def test_answers_that_are_no_problem_are_told_too(run: Run, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    from blueprints import http

    real = http.client
    odd = [
        httpx.Response(502, text="bad gateway"),
        httpx.Response(404, json=["odd"]),
        httpx.Response(200, text="<html>"),
    ]
    transport = httpx.MockTransport(lambda request: odd.pop(0))
    monkeypatch.setattr(http, "client", lambda *a, **k: real(*a, **k, transport=transport, retries=0))
    env = {"BLUEPRINTS_NOTIFIER__API_KEY": "k"}
    assert "answers 502: Bad Gateway" in run("notifier", "show", "m_1", env=env, expect=3).stderr
    assert run("notifier", "show", "m_1", env=env, expect=1).stderr == "Error: Not Found\n"
    assert "not JSON" in run("notifier", "show", "m_1", env=env, expect=3).stderr
