"""From what was typed to what is run: times, names and screens."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from blueprints import config
from blueprints.errors import BlueprintsError, UsageError
from blueprints.vote import plan, run, words
from blueprints.vote.config import VoteConfig
from blueprints.vote.core import moments
from blueprints.vote.recording import Recorder
from tests.conftest import Run
from tests.vote.held import TYPED, ago

NOW = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("BLUEPRINTS_VOTE__X__BEARER_TOKEN", "t")


def planned(*tags: str, **typed: Any) -> plan.Plan:
    return plan.made(tags or ("debian",), {**TYPED, **typed}, config.load("vote", VoteConfig))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:30", "2026-11-22T18:30:00+00:00"),
        ("18:00", "2026-11-22T18:00:00+00:00"),
        ("00:10", "2026-11-23T00:10:00+00:00"),
        ("2026-11-22T20:00:00.9+01:00", "2026-11-22T19:00:00+00:00"),
    ],
)
def test_moments_as_people_write_them(text: str, expected: str) -> None:
    assert plan.moment(text, "--until", NOW) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["25:00", "noon", "", "2026-11-22", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-12:00"]
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(UsageError, match="--until"):
        plan.moment(text, "--until", NOW)


def test_the_edges_of_the_calendar_are_written_as_they_are_read(run: Run) -> None:
    words = ("--from", "0001-01-01T00:00:00Z", "--until", "9999-12-31T23:59:59Z", "--source", "replay:demo")
    run("vote", "debian", *words, "--plain", expect=0)
    listed = json.loads(run("vote", "sessions", "--json", expect=0).stdout)
    assert listed[0]["started_at"] == "0001-01-01T00:00:00Z"
    assert json.loads(run("vote", "results", "last", "--json", expect=0).stdout)["ends_at"] == "9999-12-31T23:59:59Z"
    with pytest.raises(UsageError, match="--duration: too long"):
        planned(from_="9999-12-31T23:00:00-00:59", duration=timedelta(hours=1), source="replay:demo")


def test_windows_are_whole_seconds() -> None:
    with time_machine.travel(NOW + timedelta(seconds=0.7), tick=False):
        window = planned().matcher.window
        assert (window.start_ms, window.end_ms) == (moments.of(NOW), moments.of(NOW) + 180_000)
        assert planned(until="18:30").matcher.window.end_ms == moments.of(NOW) + 1_500_000
        assert planned(duration=timedelta()).matcher.window.end_ms is None
        with pytest.raises(UsageError, match="--until 18:00 is in the past"):
            planned(until="18:00")
        with pytest.raises(UsageError, match="over already"):
            planned(from_="17:00")


def test_a_token_that_cannot_be_sent_is_named_and_not_shown(run: Run) -> None:
    for token in ("sec\nret", "sécret", "sec ret"):
        env = {"BLUEPRINTS_VOTE__X__BEARER_TOKEN": token}
        told = run("vote", "debian", "--source", "search", env=env, expect=2).stderr
        assert "bearer_token: it holds a blank, a line end or a letter that no token has" in told
        assert "sec" not in told.replace("section", "")
        assert "ret" not in told


def test_counts_take_every_post_for_a_vote_and_say_so() -> None:
    made = planned(source="counts")
    assert made.matcher.rules.one_vote_per == "post"
    assert made.notices == ("Counts know no accounts: every post is a vote (--one-vote-per post).",)
    assert planned(source="counts", one_vote_per="post").notices == ()
    assert (made.every_s, planned(source="search").every_s, planned().every_s) == (60.0, 15.0, 0.0)


def test_an_empty_recording_has_no_start(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("{broken\n")
    assert planned(source=f"replay:{tmp_path / 'r'}", duration=timedelta(minutes=1)).matcher.window.end_ms is None


@pytest.mark.parametrize(
    ("elsewhere", "size", "verdict"),
    [
        ("", (80, 24), True),
        ("", (40, 24), False),
        ("", (80, 9), False),
        ("stdin", (80, 24), False),
        ("stdout", (80, 24), False),
        ("stderr", (80, 24), False),
    ],
)
def test_a_screen_must_be_there_and_large_enough(
    monkeypatch: pytest.MonkeyPatch, elsewhere: str, size: tuple[int, int], verdict: bool
) -> None:
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_arguments, **_options: os.terminal_size(size))
    for name in ("stdin", "stdout", "stderr"):
        is_terminal = name != elsewhere
        monkeypatch.setattr(f"sys.{name}", type("Stream", (), {"isatty": lambda self, is_=is_terminal: is_})())
    assert run._has_screen() is verdict


def test_a_budget_may_be_raised_when_a_vote_goes_on(run: Run, tmp_path: Path) -> None:
    from contextlib import closing

    from blueprints.vote.books import sessions
    from blueprints.vote.books.database import connect
    from tests.vote.held import path

    run("vote", "debian", "--source", "replay:demo", "--json", expect=0)
    with closing(connect(path())) as connection:
        connection.execute("UPDATE sessions SET state = 'budget'")
    result = run("vote", "--resume", "1", "--budget", "9", "--plain", expect=0)
    assert "Session 1: ended" in result.stdout
    with closing(connect(path())) as connection:
        assert sessions.find(connection, "1").options.budget_usd == "9"
        connection.execute("UPDATE sessions SET state = 'budget'")
    assert "--budget: an amount" in run("vote", "--resume", "1", "--budget", "-1", "--plain", expect=2).stderr


def test_a_full_disk_ends_the_recording(tmp_path: Path) -> None:
    large, small = Recorder(Path("/dev/full")), Recorder(Path("/dev/full"))
    with pytest.raises(BlueprintsError, match="--record /dev/full: No space left"):
        large.write(b"x" * 10**6)
    large.close()
    small.write(b"x")
    with pytest.raises(BlueprintsError, match="No space left"):
        small.flush()
    with pytest.raises(BlueprintsError, match="No space left"):
        small.close()


def test_a_recording_is_private_and_goes_on_after_its_last_line(tmp_path: Path) -> None:
    for line in (b"one", b"two"):
        recorder = Recorder(tmp_path / "r")
        recorder.write(line)
        recorder.close()
    assert (tmp_path / "r").read_bytes() == b"one\ntwo\n"
    assert (tmp_path / "r").stat().st_mode & 0o777 == 0o600


def test_times_and_totals_in_words() -> None:
    assert [words.clock_text(seconds) for seconds in (-1, 65, 3723)] == ["0:00", "1:05", "1:02:03"]
    shown = {"label": "a", "votes": 3, "share": None, "as_of": "2026-11-22T18:00:05Z"}
    assert words.candidate(shown) == "a 3 as of 18:00:05"
    assert words.candidate({**shown, "votes": None}) == "a"
    assert words.outcome({"winner": None, "tie": ["a", "b"], "candidates": []}) == "Tie: a, b"
    assert ago(0) > "2026"
