"""The store: what an altered database shows, what a failing one does, who may run a session."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from blueprints.vote.books import audit, lock
from blueprints.vote.books.database import StoreFailed, connect
from blueprints.vote.books.sessions import find
from tests.conftest import Run
from tests.vote.held import path
from tests.vote.test_replay import ended, event, recorded

VOTES = [
    event(1, 1, "#debian", 1),
    event(2, 2, "#arch", 2),
    event(3, 1, "#arch", 3),
    event(0, 2, "#debian", 1),
    event(5, 3, "nothing", 4),
    event(6, 4, "RT @a: #debian", 5),
    event(7, 5, "#debian #arch", 6),
]
OPTIONS: list[list[str]] = [
    [],
    ["--which", "last"],
    ["--one-vote-per", "account-and-tag", "--multi", "count-all"],
    ["--one-vote-per", "post", "--which", "last"],
    ["--duration", "4s", "--require", "arch"],
    ["--min-account-age", "7d", "--no-quotes", "--reposts"],
]


@pytest.fixture
def session(run: Run, tmp_path: Path) -> Path:
    """One ended vote in the database."""
    run("vote", "debian", "arch", "--source", recorded(tmp_path / "r", VOTES), "--json", expect=0)
    return path()


def change(database: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement, values)
        connection.commit()


def verdict(run: Run, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("vote", "audit", "last", "--verify", "--json", *more).stdout)
    return found


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_an_untouched_audit_holds(run: Run, tmp_path: Path, options: list[str]) -> None:
    found = ended(
        run("vote", "debian", "arch", "--source", recorded(tmp_path / "r", VOTES), "--json", *options, expect=0).stdout
    )
    head = found["head"]
    assert verdict(run, "--head", head) == {"session": 1, "verified": True, "head": head, "recomputed": True}


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE seen SET decision = 'counted' WHERE seq = 3", 3),
        ("UPDATE seen SET hashtags = '[\"arch\"]' WHERE seq = 1", 1),
        ("UPDATE seen SET hashtags = '[ \"debian\"]' WHERE seq = 1", 1),
        ("UPDATE seen SET hashtags = '[' WHERE seq = 1", 1),
        ("UPDATE seen SET candidates = '[]' WHERE seq = 2", 2),
        ("UPDATE seen SET author_id = 9 WHERE seq = 2", 2),
        ("UPDATE seen SET author_id = NULL WHERE seq = 2", 2),
        ("UPDATE seen SET created_at = '2026-11-22T18:00:01.001Z' WHERE seq = 1", 1),
        ("UPDATE seen SET received_at = '2026-11-22T18:00:01.001Z' WHERE seq = 1", 1),
        ("UPDATE seen SET source = 'replaz' WHERE seq = 5", 5),
        ("UPDATE seen SET replaces = NULL WHERE seq = 4", 4),
        ("UPDATE seen SET post_id = post_id + 1 WHERE seq = 7", 7),
        ("UPDATE seen SET hash = lower(hex(randomblob(32))) WHERE seq = 6", 6),
        ("UPDATE seen SET seq = 99 WHERE seq = 7", 7),
        ("DELETE FROM seen WHERE seq = 7", 7),
        ("DELETE FROM seen WHERE seq = 4", 4),
        ("DELETE FROM seen", 1),
        ("UPDATE sessions SET origin = replace(origin, 'first', 'last')", 1),
        ("UPDATE sessions SET head = 'x'", 7),
        ("UPDATE sessions SET duplicate = 1", None),
        ("UPDATE sessions SET state = 'error'", None),
        ("UPDATE totals SET votes = votes + 1 WHERE candidate = 0", None),
        ("UPDATE sessions SET options = replace(options, '5.00', '6.00')", None),
        ("INSERT INTO spending VALUES (1, '2026-11-22', 'posts_read', 1, '0.005')", None),
        ("INSERT INTO gaps (session, start_ms, reason) VALUES (1, 0, 'x')", None),
    ],
)
def test_an_altered_row_is_found(run: Run, session: Path, statement: str, seq: int | None) -> None:
    change(session, statement)
    found = verdict(run)
    assert (found["verified"], found.get("bad_seq")) == (False, seq)
    result = run("vote", "audit", "1", "--verify", expect=1)
    assert "the audit of session 1 does not hold" in result.stderr
    assert "NOT verified" in result.stdout


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE ballots SET post_id = (SELECT post_id FROM seen WHERE seq = 3) WHERE account = 1", 1),
        ("DELETE FROM ballots WHERE account = 2", 4),
        ("INSERT INTO ballots VALUES (1, 77, 0, 5, '[0]')", None),
        ("UPDATE ballots SET candidates = '[1]' WHERE account = 1", 1),
    ],
)
def test_ballots_that_the_rows_do_not_give_are_found(run: Run, session: Path, statement: str, seq: int | None) -> None:
    change(session, statement)
    found = verdict(run)
    assert (found["verified"], found["recomputed"], found.get("bad_seq")) == (True, False, seq)


def reseal(database: Path) -> None:
    from blueprints.vote.books.seal import set_seal

    with closing(sqlite3.connect(database)) as connection:
        set_seal(connection, 1)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE totals SET votes = votes + 1 WHERE candidate = 0", "UPDATE sessions SET counted = counted + 1"],
)
def test_totals_and_counters_are_worked_out_again(run: Run, session: Path, statement: str) -> None:
    change(session, statement)
    reseal(session)
    assert (verdict(run)["verified"], verdict(run)["recomputed"]) == (True, False)


def rechained(database: Path, seq: int, statement: str) -> None:
    """Alter a row as somebody who can compute hashes."""
    from blueprints.vote.core.chain import link, origin

    change(database, statement)
    with closing(sqlite3.connect(database)) as connection:
        previous = origin(connection.execute("SELECT origin FROM sessions").fetchone()[0])
        for stored in connection.execute("SELECT * FROM seen ORDER BY seq").fetchall():
            previous = link(previous, audit._row(stored))
            connection.execute("UPDATE seen SET hash = ? WHERE seq = ?", (previous, stored[1]))
        connection.execute("UPDATE sessions SET head = ?", (previous,))
        connection.commit()
    reseal(database)


@pytest.mark.parametrize(
    ("seq", "statement", "why"),
    [
        (5, "UPDATE seen SET decision = 'counted' WHERE seq = 5", "says counted, the rules say no_candidate"),
        (5, "UPDATE seen SET candidates = '[\"arch\"]' WHERE seq = 5", "names candidates that its hashtags do not"),
        (1, "UPDATE seen SET decision = 'quote' WHERE seq = 1", "says quote"),
        (3, "UPDATE seen SET decision = 'repost' WHERE seq = 3", ""),
    ],
)
def test_a_new_chain_over_altered_rows_does_not_help(
    run: Run, session: Path, seq: int, statement: str, why: str
) -> None:
    head = find_head(session)
    rechained(session, seq, statement)
    assert verdict(run, "--head", head)["verified"] is False
    if why:
        assert why in run("vote", "audit", "1", "--verify", expect=1).stderr


def find_head(database: Path) -> str:
    with closing(connect(database)) as connection:
        return find(connection, "1").head


def test_every_byte_of_the_rows_matters(run: Run, session: Path) -> None:
    """One byte of a page of the database, wherever a row's texts are."""
    with closing(sqlite3.connect(session)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(session.read_bytes())
    places = [index for index in range(len(content) - 6) if content[index : index + 6] == b"debian"]
    assert places
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1
        session.write_bytes(changed)
        assert run("vote", "audit", "1", "--verify").exit_code == 1, place
    session.write_bytes(content)
    assert run("vote", "audit", "1", "--verify").exit_code == 0


def test_a_damaged_file_is_said(run: Run, session: Path) -> None:
    with closing(sqlite3.connect(session)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'seen_posts'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(session.read_bytes())
    content[(root - 1) * size : (root - 1) * size + 8] = b"\x07" * 8
    session.write_bytes(content)
    result = run("vote", "audit", "1", "--verify", expect=1)
    assert "damaged" in result.stderr or "malformed" in result.stderr


def test_rows_are_printed_as_asked(run: Run, session: Path) -> None:
    head, *rows = map(json.loads, run("vote", "audit", "last", "--json", expect=0).stdout.splitlines())
    assert head["verified"]
    assert [row["decision"] for row in rows] == [
        "counted",
        "counted",
        "already_voted",
        "counted",
        "no_candidate",
        "repost",
        "several_candidates",
    ]
    assert list(rows[0]) == list(audit.COLUMNS)
    assert rows[3]["replaces"] == rows[1]["post_id"]
    assert (rows[6]["hashtags"], rows[6]["candidates"]) == (["debian", "arch"], ["debian", "arch"])
    printed = run("vote", "audit", "last", "--csv", "--decision", "repost", expect=0).stdout.splitlines()
    assert printed[0] == ",".join(audit.COLUMNS)
    assert len(printed) == 2
    table = run("vote", "audit", "last", "--post", rows[2]["post_id"], expect=0).stdout.splitlines()
    assert table[0] == "Session 1, 7 posts, verified: the chain is whole, and gives the totals"
    assert "already_voted" in table[-1]
    assert "there are outside_window" in run("vote", "audit", "last", "--decision", "x", expect=2).stderr


def test_forms_exclude_each_other(run: Run, session: Path) -> None:
    run("vote", "audit", "last", "--csv", "--json", expect=2)
    run("vote", "results", "last", "--csv", "--plot", expect=2)


def test_an_empty_setting_is_the_usual_database(run: Run, isolated: Path) -> None:
    run("vote", "sessions", env={"BLUEPRINTS_VOTE__DATABASE": ""}, expect=0)
    assert (isolated / "data" / "vote" / "votes.sqlite3").is_file()


def test_bars_of_labels_in_wide_letters_begin_in_one_column(run: Run) -> None:
    run("vote", "debian", "東京", "--source", "replay:demo", "--plain", expect=0)
    plotted = run("vote", "results", "last", "--plot", expect=0).stdout.splitlines()
    assert plotted[:2] == [f"debian  {'█' * 56} 104 100.0%", "東京     0   0.0%"]


def test_results_in_all_forms(run: Run, session: Path) -> None:
    assert run("vote", "results", "1", "--csv", expect=0).stdout == (
        "label,tags,votes,share,rank,per_minute\ndebian,debian,2,1.0,1,24.0\narch,arch,0,0.0,2,0.0\n"
    )
    plotted = run("vote", "results", "last", "--plot", expect=0).stdout.splitlines()
    assert plotted[0].startswith("debian  ████")
    assert plotted[0].endswith("█ 2 100.0%")
    assert plotted[1] == "arch     0   0.0%"
    assert plotted[-1] == "Winner: debian"
    assert "Session 1: ended" in run("vote", "results", "last", expect=0).stdout
    listed = json.loads(run("vote", "sessions", "--json", expect=0).stdout)
    assert listed == [
        {
            "session": 1,
            "name": None,
            "state": "ended",
            "source": "replay",
            "started_at": "2026-11-22T18:00:01Z",
            "ended_at": "2026-11-22T18:00:06Z",
            "votes": 2,
        }
    ]
    assert run("vote", "sessions", expect=0).stdout.splitlines()[1].split() == [
        "1", "--", "ended", "replay", "2026-11-22T18:00:01Z", "2026-11-22T18:00:06Z", "2",
    ]  # fmt: skip


def test_unknown_sessions_name_the_existing_ones(run: Run, session: Path) -> None:
    assert run("vote", "results", "9", expect=1).stderr == "Error: no session 9: there are 1\n"
    assert "no session show: there are 1" in run("vote", "audit", "show", expect=1).stderr
    assert run("vote", "--resume", "1", expect=1).stderr == (
        "Error: session 1 has ended and cannot be resumed: there are 1\n"
    )
    assert run("vote", "--resume", "x", expect=1).stderr == "Error: no session x: there are 1\n"


def test_without_sessions_that_is_said(run: Run) -> None:
    assert run("vote", "results", "last", expect=1).stderr == "Error: no session last: there are none yet\n"
    assert run("vote", "sessions", expect=0).stderr == "No sessions yet.\n"


def test_names_find_the_newest(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", VOTES)
    for _ in range(12):
        run("vote", "debian", "--source", source, "--name", "show", "--json", expect=0)
    assert json.loads(run("vote", "results", "show", "--json").stdout)["session"] == 12
    assert "12 (show), 11 (show)" in run("vote", "results", "x").stderr
    assert run("vote", "results", "x").stderr.endswith("3 (show) and older ones\n")


def test_a_running_session_is_refused(run: Run, session: Path) -> None:
    change(session, "UPDATE sessions SET state = 'running'")
    assert json.loads(run("vote", "sessions", "--json").stdout)[0]["state"] == "interrupted"
    code = (
        "import sys, time; from pathlib import Path; from blueprints.vote.books.lock import Lock;"
        f"Lock(Path({str(session)!r}), 1); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert json.loads(run("vote", "sessions", "--json").stdout)[0]["state"] == "running"
        assert "session 1 is being run by another process" in run("vote", "--resume", "1", expect=1).stderr
        with pytest.raises(lock.Busy):
            lock.Lock(session, 1)
        holder.kill()
        holder.wait()
    assert not lock.is_running(session, 1)
    lock.Lock(session, 1).release()


def test_an_interrupted_replay_goes_on_after_its_last_line(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", ["{broken", *VOTES])
    whole = ended(run("vote", "debian", "arch", "--source", source, "--json", expect=0).stdout)
    recorded(tmp_path / "r", ["{broken", *VOTES[:3]])
    run("vote", "debian", "arch", "--source", source, "--json", expect=0)
    change(path(), "UPDATE sessions SET state = 'running', ended_ms = NULL WHERE id = 2")
    recorded(tmp_path / "r", ["{broken", *VOTES])
    again = ended(run("vote", "--resume", "2", "--json", "--speed", "max", expect=0).stdout)
    assert (again["votes"], again["posts"], again["candidates"]) == (
        whole["votes"],
        whole["posts"],
        whole["candidates"],
    )
    assert verdict(run)["recomputed"] is True


def test_a_locked_database_stops_the_vote_and_writes_nothing_by_halves(
    run: Run, tmp_path: Path, session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blueprints.vote.books import database

    monkeypatch.setattr(database, "BUSY_MS", 50)
    source = recorded(tmp_path / "r", VOTES)
    with closing(sqlite3.connect(session, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = run("vote", "debian", "--source", source, "--json", expect=1)
    assert result.stderr == f"Error: {session}: database is locked\n"
    assert [one["session"] for one in json.loads(run("vote", "sessions", "--json").stdout)] == [1]


def test_a_disk_that_fills_up_leaves_whole_batches(
    run: Run, tmp_path: Path, session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blueprints.vote.books import database

    real = database.connect

    def small(path: Path) -> sqlite3.Connection:
        connection = real(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 60}")
        return connection

    monkeypatch.setattr("blueprints.vote.run.connect", small)
    posts = [event(number, number + 1, "#debian", number / 100) for number in range(3000)]
    result = run("vote", "debian", "--source", recorded(tmp_path / "r", posts), "--json", expect=1)
    assert "database or disk is full" in result.stderr
    failed = ended(result.stdout)
    assert failed["state"] == "error"
    monkeypatch.setattr("blueprints.vote.run.connect", real)
    kept = json.loads(run("vote", "results", "2", "--json").stdout)
    assert kept["state"] == "interrupted"
    assert 0 < kept["votes"] < 3000
    assert (kept["votes"], kept["head"]) == (failed["votes"], failed["head"])
    assert run("vote", "audit", "2", "--verify").exit_code == 0
    assert ended(run("vote", "--resume", "2", "--json", expect=0).stdout)["votes"] == 3000


def test_a_database_of_a_newer_version_is_refused(run: Run, session: Path) -> None:
    change(session, "PRAGMA user_version = 99")
    assert "newer version of blueprints" in run("vote", "sessions", expect=1).stderr


def test_a_database_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no database at all, " * 20)
    result = run("vote", "sessions", expect=1, env={"BLUEPRINTS_VOTE__DATABASE": str(tmp_path / "x")})
    assert "file is not a database" in result.stderr
    result = run("vote", "sessions", expect=1, env={"BLUEPRINTS_VOTE__DATABASE": "/dev/null/x"})
    assert "Error: /dev/null/x" in result.stderr


def test_the_database_is_private(session: Path) -> None:
    assert session.stat().st_mode & 0o077 == 0


def test_texts_and_names_are_not_stored(session: Path) -> None:
    for file in session.parent.rglob("*"):
        if file.is_file():
            assert b"RT @a" not in file.read_bytes()


def test_a_transaction_that_fails_is_rolled_back(session: Path) -> None:
    from blueprints.vote.books.database import transaction, translated

    with closing(connect(session)) as connection:

        def half() -> None:
            with translated(session), transaction(connection):
                connection.execute("DELETE FROM seen")
                connection.execute("SELECT * FROM absent")

        with pytest.raises(StoreFailed, match="no such table"):
            half()
        assert connection.execute("SELECT count(*) FROM seen").fetchone()[0] == 7


def test_hidden_results_are_not_shown_before_the_end(run: Run, session: Path) -> None:
    change(
        session,
        "UPDATE sessions SET state = 'running', options = replace(options, 'hidden\": false', 'hidden\": true')",
    )
    reseal(session)
    shown = json.loads(run("vote", "results", "1", "--json", expect=0).stdout)
    assert [one["votes"] for one in shown["candidates"]] == [None, None]
    assert (shown["votes"], shown["winner"]) == (2, None)
    assert json.loads(run("vote", "results", "1", "--json", "--reveal").stdout)["winner"] == "debian"
    assert run("vote", "results", "1", "--plot").stdout == "debian\narch\n\nHidden until the end\n"
    assert "debian,debian,,,,\n" in run("vote", "results", "1", "--csv").stdout
    assert "hides its result until its end" in run("vote", "audit", "1", expect=1).stderr
    assert run("vote", "audit", "1", "--verify", expect=0).exit_code == 0
