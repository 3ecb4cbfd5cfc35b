"""The installed program against the fake platform: streams of lines, signals, kill -9, recordings, logins."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprints import paths
from tests.conftest import Run
from tests.vote.fake_x import FakeX
from tests.vote.fake_x.server import Fault
from tests.vote.test_replay import ended, event, recorded, votes

Spawn = Callable[..., "subprocess.Popen[str]"]


def wait(condition: Callable[[], Any], what: str = "", deadline_s: float = 60.0) -> None:
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, what
        time.sleep(0.01)


def test_a_vote_streams_json(x: FakeX, spawn: Spawn, run: Run) -> None:
    process = spawn("vote", "debian", "arch", "--duration", "0", "--json", "--budget", "0", "--name", "live")
    wait(lambda: x.listeners, "nobody listens")
    for author in range(5):
        x.post(author, "#debian")
    x.post(5, "#arch")
    wait(lambda: json.loads(run("vote", "results", "live", "--json").stdout)["votes"] == 6, "not all arrived")
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [lines[0]["type"], *{line["type"] for line in lines[1:-1]}, lines[-1]["type"]] == ["start", "update", "end"]
    assert votes(lines[-1]) == {"debian": 5, "arch": 1}
    assert (lines[-1]["state"], lines[-1]["cost"]["budget_usd"]) == ("interrupted", "0.00")
    assert lines[0]["complete"] is False
    assert "There is no budget: this vote may cost any amount." in said
    assert x.rules == {}


def test_ctrl_c_stops_cleanly_and_prints_the_result(x: FakeX, spawn: Spawn, run: Run) -> None:
    process = spawn("vote", "debian", "--plain")
    wait(lambda: x.listeners, "nobody listens")
    x.post(1, "#debian")
    wait(lambda: json.loads(run("vote", "results", "1", "--json").stdout)["votes"] == 1, "it did not arrive")
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Session 1: interrupted, incomplete" in printed
    assert "debian         1" in printed
    assert "left" in printed.splitlines()[0]
    assert x.rules == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_interrupt_too(x: FakeX, spawn: Spawn, number: int) -> None:
    process = spawn("vote", "debian", "--json")
    wait(lambda: x.listeners, "nobody listens")
    process.send_signal(number)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert ended(printed)["state"] == "interrupted"
    assert x.rules == {}


def test_killed_and_resumed_nothing_is_lost_or_doubled(x: FakeX, spawn: Spawn, run: Run) -> None:
    process = spawn("vote", "debian", "arch", "--json")
    wait(lambda: x.listeners, "nobody listens")
    for author in range(60):
        x.post(author, "#debian" if author % 3 else "#arch")
    wait(lambda: json.loads(run("vote", "results", "1", "--json").stdout)["votes"] > 0, "nothing arrived")
    process.kill()
    process.wait()
    left = dict(x.rules)
    assert len(left) == 1
    for author in range(60, 80):
        x.post(author, "#arch")
    wait(lambda: not x.listeners)
    again = spawn("vote", "--resume", "last", "--json")
    wait(lambda: x.listeners, "nobody listens again")
    assert not set(left) & set(x.rules)
    for author in range(70, 90):
        x.post(author, "#debian")
    refused = run("vote", "--resume", "1")
    assert refused.exit_code == 1
    assert "run by another process" in refused.stderr
    wait(lambda: json.loads(run("vote", "results", "1", "--json").stdout)["votes"] == 90, "the gap stayed open")
    again.send_signal(signal.SIGINT)
    found = ended(again.communicate(timeout=60)[0])
    assert votes(found) == {"debian": 50, "arch": 40}
    assert found["posts"]["seen"] == 100
    assert found["posts"]["replaced"] + found["posts"]["rejected"].get("already_voted", 0) == 10
    verdict = json.loads(run("vote", "audit", "1", "--verify", "--json", expect=0).stdout)
    assert (verdict["verified"], verdict["recomputed"]) == (True, True)


def test_a_recorded_vote_can_be_replayed(x: FakeX, spawn: Spawn, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_bytes(b'{"cut off by a crash')
    process = spawn("vote", "debian", "arch", "--json", "--record", str(file))
    wait(lambda: x.listeners, "nobody listens")
    for author in range(9):
        x.post(author, "#debian")
    for author in range(9, 12):
        x.post(author, "#arch", streamed=False)
    x.cut()
    wait(lambda: x.connects >= 2 and file.read_bytes().count(b"#arch") >= 3, "nothing recorded")
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    live = ended(printed)
    assert votes(live) == {"debian": 9, "arch": 3}, said
    again = ended(run("vote", "debian", "arch", "--source", f"replay:{file}", "--json", expect=0).stdout)
    assert votes(again) == votes(live)
    assert again["posts"]["malformed"] == 1


def test_a_recording_that_cannot_be_written_is_named(x: FakeX, run: Run) -> None:
    assert "--record /nowhere/r: No such file" in run("vote", "debian", "--record", "/nowhere/r", expect=1).stderr


def test_exit_codes_of_what_ends_a_vote(x: FakeX, run: Run) -> None:
    x.faults["stream"] += [Fault(403, {"reason": "client-not-enrolled"})]
    result = run("vote", "debian", "--json", expect=4)
    assert "move the app to pay-per-use" in result.stderr
    assert ended(result.stdout)["state"] == "error"
    x.faults["stream"] += [Fault(402, {})]
    assert "used up" in run("vote", "debian", "--plain", expect=3).stderr
    x.refuses = True
    unreachable = run("vote", "debian", "--json", "--duration", "1s", expect=3)
    assert "was not heard and could not be filled" in unreachable.stderr
    assert ended(unreachable.stdout)["gaps"][0]["filled"] is False


def test_no_more_than_ten_updates_a_second(spawn: Spawn, tmp_path: Path) -> None:
    posts = [event(number, number + 1, "#debian", number / 50) for number in range(150)]
    source = recorded(tmp_path / "r", posts)
    began = time.monotonic()
    process = spawn("vote", "debian", "--source", source, "--speed", "1", "--json")
    printed, _ = process.communicate(timeout=60)
    lasted_s = time.monotonic() - began
    updates = [json.loads(line) for line in printed.splitlines() if '"update"' in line]
    assert 2 <= len(updates) <= 10 * lasted_s + 1
    assert len({line["posts"]["seen"] for line in updates}) == len(updates)


def test_a_reader_that_goes_away_ends_the_vote(x: FakeX, spawn: Spawn) -> None:
    process = spawn("vote", "debian", "--json")
    wait(lambda: x.listeners, "nobody listens")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = open(os.devnull)  # noqa: SIM115, PTH123 - communicate wants one
    x.post(1, "#debian")
    assert process.wait(60) == 0
    assert x.rules == {}


# logins


def test_the_app_logs_in_and_out(x: FakeX, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLUEPRINTS_VOTE__X__BEARER_TOKEN")
    assert "set vote.x.api_key" in run("vote", "login", "--app", expect=2).stderr
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__API_KEY", "key")
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__API_SECRET", "the-api-secret")
    result = run("vote", "login", expect=0)
    assert (result.stdout, result.stderr) == ("", "Logged in as the app.\n")
    token = paths.data_dir() / "vote" / "token.json"
    assert token.stat().st_mode & 0o777 == 0o600
    assert isinstance(json.loads(token.read_text())["access_token"], str)
    assert b"the-api-secret" not in token.read_bytes()
    run("vote", "debian", "--source", "search", "--duration", "1s", "--json", expect=0)
    assert run("vote", "logout", expect=0).stderr == "Logged out.\n"
    assert not token.exists()
    assert run("vote", "logout", expect=0).stderr == "Nobody was logged in.\n"


def test_a_user_logs_in_by_pasting(x: FakeX, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLUEPRINTS_VOTE__X__BEARER_TOKEN")
    assert "set vote.x.client_id" in run("vote", "login", "--user", expect=2).stderr
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__CLIENT_ID", "client")
    import authlib.common.security

    monkeypatch.setattr(authlib.common.security, "generate_token", lambda length: "s" * length)
    state = "s" * 32
    address = f"http://127.0.0.1:8899/callback?state={state}&code=good"
    result = run("vote", "login", "--user", "--no-browser", input=f"{address}\n", expect=0)
    assert "Logged in as @host. That cost one user read ($0.010)." in result.stderr
    assert "https://x.com/i/oauth2/authorize?" in result.stderr
    assert "code_challenge_method=S256" in result.stderr
    assert "offline.access" in result.stderr
    assert x.paths("/users/me") == [{}]
    found = run("vote", "debian", "--source", "counts", "--duration", "1s", "--json", expect=0)
    assert ended(found.stdout)["state"] == "ended"
    refused = run("vote", "debian", expect=4)
    assert "the stream needs an app-only token" in refused.stderr
    declined = address.replace("code=good", "error=access_denied")
    result = run("vote", "login", "--user", "--no-browser", input=f"{declined}\n", expect=4)
    assert "declined" in result.stderr


def test_a_login_that_nobody_owns_is_refused(x: FakeX, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__CLIENT_ID", "client")
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__CLIENT_SECRET", "client-secret")
    import authlib.common.security

    monkeypatch.setattr(authlib.common.security, "generate_token", lambda length: "s" * length)
    monkeypatch.setattr(FakeX, "me", {"data": None})
    address = f"http://127.0.0.1:8899/callback?state={'s' * 32}&code=good\n"
    assert "whose login" in run("vote", "login", "--user", "--no-browser", input=address, expect=4).stderr


# what is imported when


@pytest.mark.parametrize("words", [["vote", "sessions"], ["vote", "--help"], ["vote", "results", "last"]])
def test_reading_commands_import_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from blueprints.cli import cli; from blueprints.command import run;"
        f"run(cli, {words!r});"
        "heavy = {'tweepy', 'aiohttp', 'textual', 'httpx', 'authlib', 'plotext', 'pydantic'} & set(sys.modules);"
        "print('heavy:', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_a_replay_does_not_import_the_network(tmp_path: Path) -> None:
    code = (
        "import sys; from blueprints.cli import cli; from blueprints.command import run;"
        "run(cli, ['vote', 'debian', '--source', 'replay:demo', '--json']);"
        "print(sorted({'tweepy', 'aiohttp', 'textual', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_what_there_is(run: Run) -> None:
    printed = run("vote", "--help", expect=0).stdout
    for word in ("--one-vote-per", "--resume", "--hide-until-end", "sessions", "audit", "replay:demo"):
        assert word in printed
    assert "Usage: blueprints vote TAG…" in printed


def test_on_a_terminal_the_view_is_shown_and_then_the_result(tmp_path: Path) -> None:
    import fcntl
    import pty
    import select
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    program = str(Path(sys.executable).parent / "blueprints")
    command = [program, "vote", "debian", "arch", "--source", "replay:demo", "--name", "shown"]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    text = ""

    def seen(part: str) -> bool:
        nonlocal text
        if select.select([master], [], [], 0.1)[0]:
            try:
                text += os.read(master, 65536).decode(errors="replace")
            except OSError:  # the terminal is closed
                return part in text
        return part in text

    try:
        wait(lambda: seen("the vote is over"), text)
        os.write(master, b"q")
        wait(lambda: seen("Session 1 (shown): ended"), text)
        wait(lambda: seen("Head: "), text)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)
